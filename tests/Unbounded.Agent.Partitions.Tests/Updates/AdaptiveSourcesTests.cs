using System.Text.Json;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Images.References;
using Unbounded.Agent.Images.Registry;
using Unbounded.Agent.Images.Tests.Support;
using Unbounded.Agent.Linux.Files;
using Unbounded.Agent.Linux.Tests.Blocks;
using Unbounded.Agent.Partitions.Adaptive;
using Unbounded.Agent.Partitions.Adaptive.Planning;
using Unbounded.Agent.Partitions.Publishing;
using Unbounded.Agent.Partitions.Sources;
using Unbounded.Agent.Partitions.Tests.Support;
using Unbounded.Agent.Partitions.Updates;

namespace Unbounded.Agent.Partitions.Tests.Updates;

/// <summary>Block by block from a registry and from a bundle, from the publisher's command to the slot.</summary>
public sealed class AdaptiveSourcesTests : IDisposable
{
    private const int Block = 4096;

    private readonly UpdateScene _scene = new();
    private readonly TempDirectory _keys = new();
    private readonly HttpClient _http = new();
    private readonly byte[] _held = TestImages.Content(1, UpdateScene.ImageBytes);
    private readonly byte[] _wanted;

    public AdaptiveSourcesTests()
    {
        _wanted = (byte[])_held.Clone();
        foreach (var block in new[] { 3, 4, 700 })
            _wanted[block * Block + 5] ^= (byte)(block | 1);
    }

    public void Dispose()
    {
        _http.Dispose();
        _keys.Dispose();
        _scene.Dispose();
    }

    [Theory]
    [InlineData("zstd")]
    [InlineData("raw")]
    public async Task Apply_FromARegistryWithABlockIndex_FetchesWhatTheSlotLacks(string format)
    {
        using var registry = new RealRegistry();
        var key = TestKeys.Make(_keys);
        await HoldsAsync();
        TestImages.Write(_scene.Host.Path("os.img.file"), _wanted, format);
        await File.WriteAllBytesAsync(_scene.Host.Path("os.img"), _wanted);
        var published = await PushAsync(registry, key, raw: _scene.Host.Path(format == "raw" ? "os.img.file" : "os.img"));
        _scene.Settings = new() { Server = $"oci://{registry.Host}/os", PublicKey = _keys.File("pub") };

        await _scene.Agent.ApplyAsync(new(), CancellationToken.None);

        Assert.True(published.IsSigned);
        await WasBroughtByBlocksAsync();
    }

    [Fact]
    public async Task Apply_FromABundleWithABlockIndex_WritesWhatTheSlotLacks()
    {
        await HoldsAsync();
        await BundleAsync("os.img.zst", "os.img", "os.img.index");

        await _scene.Agent.ApplyAsync(new(), CancellationToken.None);

        await WasBroughtByBlocksAsync();
        // What a disk gives is no guess at what a network does.
        Assert.Equal(new Rates().Fetch, (await Rates().ReadAsync(CancellationToken.None)).Fetch);
    }

    [Fact]
    public async Task Apply_FromABundleWithoutTheBlockIndexThatItsIndexNames_WritesItWhole()
    {
        await HoldsAsync();
        await BundleAsync("os.img.zst");

        await _scene.Agent.ApplyAsync(new(), CancellationToken.None);

        Assert.Equal(_wanted, _scene.Host[PartitionScene.B].Read(_wanted.Length));
        Assert.Equal("full", (await NoteAsync()).GetProperty("method").GetString());
    }

    [Fact]
    public async Task Push_WithAnotherImageAsTheSame_IsRefusedBeforeAnythingIsSent()
    {
        using var registry = new RealRegistry();
        TestImages.Write(_scene.Host.Path("os.img.file"), _wanted, "zstd");
        await File.WriteAllBytesAsync(_scene.Host.Path("os.img"), _held);

        var error = await Assert.ThrowsAsync<AgentException>(() => PushAsync(registry, TestKeys.Make(_keys), _scene.Host.Path("os.img")));

        Assert.Equal(PartitionsErrors.PublicationInvalid, error.Code);
        var client = new RegistryClient(_http, new(registry.Host, "os"), _scene.Time);
        Assert.Equal(Images.ImageErrors.NoSuchImage, (await Assert.ThrowsAsync<AgentException>(() => client.TagsAsync(1, CancellationToken.None))).Code);
    }

    // Whoever may write to the registry, but has no key, can't bring another index into a manifest.
    [Fact]
    public async Task Law16_TheBlockIndexOfAnArtifact_IsWhatTheSignedManifestNames()
    {
        using var registry = new RealRegistry();
        TestImages.Write(_scene.Host.Path("os.img.file"), _wanted, "zstd");
        await File.WriteAllBytesAsync(_scene.Host.Path("os.img"), _wanted);
        var made = await ImageIndexer.RunAsync(_scene.Host.Path("os.img"), _scene.Host.Path("os.index"), Block, CancellationToken.None);
        await PushAsync(registry, TestKeys.Make(_keys), _scene.Host.Path("os.img"));

        var (index, _) = await new UpdateSource(_http, _scene.Time).ReadAsync(
            new() { Server = $"oci://{registry.Host}/os", PublicKey = _keys.File("pub") }, version: null, CancellationToken.None);

        var image = Assert.Single(index.Images);
        Assert.Equal(made.Header.Hex, image.Blocks!.Sha256);
        Assert.Equal(made.Image, ContentDigest.FromHex(image.ContentSha256!));
        Assert.EndsWith($"@{made.Image}", image.Blocks.Image, StringComparison.Ordinal);
        Assert.Equal(new FileInfo(_scene.Host.Path("os.img.file")).Length, image.FileBytes);
    }

    private Task<Published> PushAsync(RealRegistry registry, string key, string raw) => new ImagePublisher(_http, _scene.Time).PushAsync(
        new RegistryReference(registry.Host, "os"),
        new() { File = _scene.Host.Path("os.img.file"), Raw = raw, Version = "2.0.0", Architecture = UpdateGates.Architecture, PrivateKey = key },
        new Progress(),
        CancellationToken.None);

    private async Task BundleAsync(params string[] images)
    {
        await File.WriteAllBytesAsync(_scene.Host.Path("os.img"), _wanted);
        var file = TestImages.Write(_scene.Host.Path("os.img.zst"), _wanted, "zstd");
        var made = await ImageIndexer.RunAsync(_scene.Host.Path("os.img"), _scene.Host.Path("os.img.index"), Block, CancellationToken.None);
        await File.WriteAllTextAsync(
            _scene.Host.Path("index.json"),
            $$"""
            {"images":[{"version":"2.0.0","architecture":"{{UpdateGates.Architecture}}","url":"os.img.zst","sha256":"{{TestImages.Sha256(file)}}","size":{{_wanted.Length}},
            "content_sha256":"{{TestImages.Sha256(_wanted)}}","file_size":{{file.Length}},"block_index":{"url":"os.img.index","sha256":"{{made.Header.Hex}}","image":"os.img"} }]}
            """);
        Tool.Run("tar", ["-C", _scene.Host.Path("."), "-cf", _scene.Host.Path("x.bundle.tar"), "index.json", .. images]);
        // What is not in the bundle is nowhere.
        foreach (var name in new[] { "index.json", "os.img", "os.img.zst", "os.img.index" })
            File.Delete(_scene.Host.Path(name));
        _scene.Settings = new() { Server = $"file://{_scene.Host.Path("x.bundle.tar")}" };
    }

    // The slot has most of the image, on a host whose disk is slow at writing.
    private async Task HoldsAsync()
    {
        await File.WriteAllBytesAsync(_scene.Host.Path("held"), _held);
        Tool.Run("dd", $"if={_scene.Host.Path("held")}", $"of={_scene.Host[PartitionScene.B].Path}", "bs=1M", "conv=fsync", "status=none");
        await Rates().OfThisHost().WriteAsync(new() { Fetch = 400e6, Write = 1e6 }, CancellationToken.None);
    }

    private RatesFile Rates() => new(new DurableStore(), $"{_scene.Host.Paths.Notes}/rates.json");

    private async Task WasBroughtByBlocksAsync()
    {
        Assert.Equal("staged", _scene.Phase);
        Assert.Equal(_wanted, _scene.Host[PartitionScene.B].Read(_wanted.Length));
        var note = await NoteAsync();
        Assert.Equal("delta", note.GetProperty("method").GetString());
        Assert.Equal(3 * Block, note.GetProperty("written").GetInt64());
        Assert.InRange(note.GetProperty("fetched").GetInt64(), 3 * Block, 40 * Block);
    }

    private async Task<JsonElement> NoteAsync() =>
        JsonDocument.Parse(await File.ReadAllBytesAsync($"{_scene.Host.Paths.Notes}/B.json")).RootElement.Clone();
}
