using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.Tests.Blocks;
using Unbounded.Agent.Partitions.Sources;
using Unbounded.Agent.Partitions.Tests.Support;
using Unbounded.Agent.Partitions.Updates;

namespace Unbounded.Agent.Partitions.Tests.Sources;

/// <summary>Bundles, catalogs and images in files.</summary>
public sealed class LocalSourcesTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly TestServer _server = new();
    private readonly HttpClient _http = new();
    private readonly byte[] _content = TestImages.Content(3, 200_000);

    public void Dispose()
    {
        _http.Dispose();
        _server.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task Bundle_WithItsImages_IsReadWithoutBeingUnpacked()
    {
        var file = Bundle(Index("os 2.img.zst"), "os 2.img.zst");

        var (index, location) = await ReadAsync(Settings);

        var image = Assert.Single(index.Images);
        Assert.Equal(file, await BytesAsync(UpdateIndex.Resolve(location, image)!));
    }

    [Fact]
    public async Task Bundle_WithAKey_MustBeSigned()
    {
        var key = TestKeys.Make(_directory);
        Bundle(Index("os.img.zst"), "os.img.zst", key);

        var (index, _) = await ReadAsync(Settings with { PublicKey = _directory.File("pub") });

        Assert.Equal("2.0", Assert.Single(index.Images).Version);
        TestKeys.Make(_directory);
        await FailsAsync(PartitionsErrors.SignatureWrong, Settings with { PublicKey = _directory.File("pub") });
        Bundle(Index("os.img.zst"), "os.img.zst");
        await FailsAsync(PartitionsErrors.SignatureWrong, Settings with { PublicKey = _directory.File("pub") });
    }

    [Fact]
    public async Task Bundle_WhoseImageIsNotInIt_IsRefused()
    {
        Bundle(Index("other.img"), "os.img.zst");

        await FailsAsync(PartitionsErrors.BundleInvalid, Settings);
    }

    [Fact]
    public async Task Bundle_ThatNamesAFileOfTheHost_IsRefused()
    {
        Bundle(Index("file:///etc/passwd"), "os.img.zst");

        await FailsAsync(PartitionsErrors.BundleInvalid, Settings);
    }

    [Theory]
    [InlineData("no tar file at all")]
    [InlineData("")]
    public async Task Bundle_ThatIsNone_IsRefused(string content)
    {
        await File.WriteAllTextAsync(_directory.File("x.bundle.tar"), content);

        await FailsAsync(PartitionsErrors.BundleInvalid, Settings);
    }

    [Fact]
    public async Task Bundle_WithoutAnIndex_IsRefused()
    {
        await File.WriteAllTextAsync(_directory.File("a"), "x");
        Tool.Run("tar", "-C", _directory.Path, "-cf", _directory.File("x.bundle.tar"), "a");

        await FailsAsync(PartitionsErrors.BundleInvalid, Settings);
    }

    [Fact]
    public async Task Bundle_ThatIsNotThere_SaysSo() => await FailsAsync(Linux.LinuxErrors.NotFound, Settings);

    [Theory]
    [InlineData("raw", ".img")]
    [InlineData("zstd", ".img.zst")]
    [InlineData("gzip", ".img.gz")]
    [InlineData("xz", ".img.xz")]
    public async Task File_WithItsVersion_IsMeasured(string format, string ending)
    {
        var path = _directory.File("os" + ending);
        var file = TestImages.Write(path, _content, format);

        var (index, location) = await ReadAsync(new() { Server = $"file://{path}", Channel = "beta" }, "3.1");

        var image = Assert.Single(index.Images);
        Assert.Equal(("3.1", "beta", (long)_content.Length), (image.Version, image.Channel, image.SizeBytes));
        Assert.Equal((TestImages.Sha256(file), TestImages.Sha256(_content)), (image.Sha256, image.ContentSha256));
        Assert.Equal(file, await BytesAsync(UpdateIndex.Resolve(location, image)!));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("none")]
    public async Task File_WithoutAVersion_IsRefused(string? version)
    {
        TestImages.Write(_directory.File("os.img"), _content, "raw");

        await FailsAsync(PartitionsErrors.VersionUnknown, new() { Server = $"file://{_directory.File("os.img")}" }, version);
    }

    [Fact]
    public async Task File_WithAKey_MustBeSigned()
    {
        var settings = new UpdateSettings { Server = $"file://{_directory.File("os.img")}", PublicKey = _directory.File("pub") };
        var file = TestImages.Write(_directory.File("os.img"), _content, "raw");
        var key = TestKeys.Make(_directory);
        await FailsAsync(Linux.LinuxErrors.NotFound, settings, "1.0");

        await File.WriteAllBytesAsync(_directory.File("os.img.sig"), TestKeys.Sign(_directory, key, file));
        Assert.Single((await ReadAsync(settings, "1.0")).Index.Images);

        file[7] ^= 1;
        await File.WriteAllBytesAsync(_directory.File("os.img"), file);
        await FailsAsync(PartitionsErrors.SignatureWrong, settings, "1.0");
    }

    [Fact]
    public async Task Catalog_FromAnotherHost_IsTakenWithItsSignature()
    {
        var key = TestKeys.Make(_directory);
        var catalog = System.Text.Encoding.UTF8.GetBytes(
            $"stable: \"1.5\"\nimages:\n- {{version: 1.5, url: os.img, checksum: 'sha256:{TestImages.Sha256(_content)}', size: 5}}\n- {{version: 1.9, url: os9.img, checksum: 'sha256:{TestImages.Sha256(_content)}', size: 5}}\nblocked: [1.4]\n");
        _server.Files["/fleet/catalog.yaml"] = catalog;
        var settings = new UpdateSettings { Server = _server.Url("/fleet/catalog.yaml").AbsoluteUri, PublicKey = _directory.File("pub") };
        await FailsAsync(PartitionsErrors.SourceRefuses, settings);
        _server.Files["/fleet/catalog.yaml.sig"] = TestKeys.Sign(_directory, key, catalog);

        var (index, location) = await ReadAsync(settings);

        Assert.Equal(("1.5", 2), (index.Stable, index.Images.Count));
        Assert.Equal(["1.4"], index.Blocked);
        Assert.EndsWith($" {settings.Server}", index.Series, StringComparison.Ordinal);
        Assert.Equal(_server.Url("/fleet/os.img"), UpdateIndex.Resolve(location, index.Images[0]));
        await FailsAsync(PartitionsErrors.SettingsInvalid, settings with { PublicKey = null });
    }

    [Fact]
    public void Catalog_WithAStableVersion_OffersThatOneAndNotTheNewest()
    {
        var index = new UpdateIndex
        {
            Images = [Image("1.5"), Image("1.9")],
            Stable = "1.5",
        };

        Assert.Equal("1.5", UpdateGates.Look(index, new(), new(), "1.0", 1 << 20, NodeAnswer.NotAsked, DateTimeOffset.UnixEpoch).Image!.Version);
        Assert.Equal("1.9", UpdateGates.Look(index, new(), new("1.9"), "1.0", 1 << 20, NodeAnswer.NotAsked, DateTimeOffset.UnixEpoch).Image!.Version);
        Assert.Contains("blocked", UpdateGates.Look(index with { Blocked = ["1.5"] }, new(), new(), "1.0", 1 << 20, NodeAnswer.NotAsked, DateTimeOffset.UnixEpoch).Obstacles[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bundle:///a/x.bundle.tar?entry=os.img#size=5&file=sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")]
    [InlineData("oci://host:5000/os@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef#size=5&file=sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")]
    public void Location_InAFrozenTarget_IsReadAgain(string text) =>
        Assert.Equal(text, Unbounded.Agent.Partitions.Slots.PartitionImage.TryParse(text)!.ToString());

    private static IndexImage Image(string version) => new()
    {
        Version = version,
        Architecture = UpdateGates.Architecture,
        Url = "os.img",
        Sha256 = new string('a', 64),
        SizeBytes = 100,
    };

    private UpdateSettings Settings => new() { Server = $"file://{_directory.File("x.bundle.tar")}" };

    private UpdateSource Source => new(_http, new QuickTime());

    private Task<(UpdateIndex Index, Uri Location)> ReadAsync(UpdateSettings settings, string? version = null) => Source.ReadAsync(settings, version, CancellationToken.None);

    private async Task FailsAsync(ErrorCode code, UpdateSettings settings, string? version = null) =>
        Assert.Equal(code, (await Assert.ThrowsAsync<AgentException>(() => ReadAsync(settings, version))).Code);

    private async Task<byte[]> BytesAsync(Uri location)
    {
        await using var stream = await Source.OpenAsync(location, CancellationToken.None);
        using var copy = new MemoryStream();
        var buffer = new byte[7000];
        for (int read; (read = stream.Read(buffer)) > 0;)
            copy.Write(buffer, 0, read);
        return copy.ToArray();
    }

    private static string Index(string url) =>
        $$"""{"images":[{"version":"2.0","architecture":"{{UpdateGates.Architecture}}","url":"{{url}}","sha256":"{{new string('a', 64)}}","size":5}]}""";

    // Returns the image as it is in the bundle.
    private byte[] Bundle(string index, string name, string? key = null)
    {
        File.WriteAllText(_directory.File("index.json"), index);
        var file = TestImages.Write(_directory.File(name), _content, "zstd");
        var signature = new List<string>();
        if (key is not null)
        {
            File.WriteAllBytes(_directory.File("index.json.sig"), TestKeys.Sign(_directory, key, File.ReadAllBytes(_directory.File("index.json"))));
            signature.Add("index.json.sig");
        }

        Tool.Run("tar", ["-C", _directory.Path, "-cf", _directory.File("x.bundle.tar"), "index.json", .. signature, name]);
        return file;
    }
}
