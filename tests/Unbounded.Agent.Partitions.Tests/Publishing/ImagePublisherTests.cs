using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Images.Registry;
using Unbounded.Agent.Images.Tests.Support;
using Unbounded.Agent.Partitions.Publishing;
using Unbounded.Agent.Partitions.Sources;
using Unbounded.Agent.Partitions.Tests.Support;
using Unbounded.Agent.Partitions.Updates;

namespace Unbounded.Agent.Partitions.Tests.Publishing;

/// <summary>What is published to Debian's docker-registry, and what a host takes from there.</summary>
public sealed class ImagePublisherTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly RealRegistry _registry = new();
    private readonly HttpClient _http = new();
    private readonly byte[] _content = TestImages.Content(9, 300_000);
    private readonly string _key;

    public ImagePublisherTests() => _key = TestKeys.Make(_directory);

    public void Dispose()
    {
        _http.Dispose();
        _registry.Dispose();
        _directory.Dispose();
    }

    [Theory]
    [InlineData("zstd")]
    [InlineData("raw")]
    public async Task Push_OfASignedImage_IsWhatAHostTakes(string format)
    {
        var file = TestImages.Write(_directory.File("os.img"), _content, format);

        var published = await PushAsync(Publication("2.0+5") with { MinimumVersion = "1.0" });
        var (index, location) = await ReadAsync(Signed);

        var image = Assert.Single(index.Images);
        Assert.Equal($"oci://{_registry.Host}/edge/os:2.0_5-{UpdateGates.Architecture}", published.Reference);
        Assert.Equal((true, true), (published.IsSigned, published.IsSent));
        Assert.Equal(("2.0+5", "stable", "1.0", (long)_content.Length), (image.Version, image.Channel, image.MinimumVersion, image.SizeBytes));
        Assert.Equal((TestImages.Sha256(file), TestImages.Sha256(_content)), (image.Sha256, image.ContentSha256));
        Assert.Empty(index.Notes);
        await using var stream = await Source.OpenAsync(UpdateIndex.Resolve(location, image)!, CancellationToken.None);
        var read = new byte[file.Length + 1];
        Assert.Equal(file.Length, stream.ReadAtLeast(read, read.Length, throwOnEndOfStream: false));
        Assert.Equal(file, read[..^1]);
    }

    [Fact]
    public async Task Push_OfTheSameAgain_SendsNothing()
    {
        TestImages.Write(_directory.File("os.img"), _content, "raw");
        var first = await PushAsync(Publication("2.0"));

        var second = await PushAsync(Publication("2.0"));

        Assert.Equal(first with { IsSent = false }, second);
    }

    [Fact]
    public async Task Push_OverAnotherImage_NeedsToBeSaid()
    {
        TestImages.Write(_directory.File("os.img"), _content, "raw");
        await PushAsync(Publication("2.0"));
        _content[5] ^= 1;
        TestImages.Write(_directory.File("os.img"), _content, "raw");

        Assert.Equal(PartitionsErrors.AlreadyPublished, (await Assert.ThrowsAsync<AgentException>(() => PushAsync(Publication("2.0")))).Code);
        await PushAsync(Publication("2.0") with { Replace = true });

        Assert.Equal(TestImages.Sha256(_content), Assert.Single((await ReadAsync(Signed)).Index.Images).Sha256);
    }

    [Fact]
    public async Task Law16_AnUnsignedImage_IsTakenByItsDigestOnly()
    {
        TestImages.Write(_directory.File("os.img"), _content, "raw");
        var published = await PushAsync(Publication("2.0") with { PrivateKey = null });

        await FailsAsync(PartitionsErrors.SignatureWrong, Signed);
        await FailsAsync(PartitionsErrors.SettingsInvalid, Signed with { PublicKey = null });
        await FailsAsync(PartitionsErrors.SettingsInvalid, new() { Server = published.Reference });
        var (index, _) = await ReadAsync(new() { Server = published.Pinned });

        Assert.False(published.IsSigned);
        Assert.Equal("2.0", Assert.Single(index.Images).Version);
        await FailsAsync(PartitionsErrors.SignatureWrong, new() { Server = published.Pinned, PublicKey = _directory.File("pub") });
    }

    [Fact]
    public async Task Law16_AnImageOfAnotherKey_IsPassedOverAndNamed()
    {
        TestImages.Write(_directory.File("os.img"), _content, "raw");
        await PushAsync(Publication("1.0"));
        var key = await File.ReadAllTextAsync(_key);
        var trusted = await File.ReadAllBytesAsync(_directory.File("pub"));
        TestKeys.Make(_directory);
        await PushAsync(Publication("2.0"));
        await File.WriteAllBytesAsync(_directory.File("pub"), trusted);

        var (index, _) = await ReadAsync(Signed);

        Assert.NotEqual(key, await File.ReadAllTextAsync(_key));
        Assert.Equal("1.0", Assert.Single(index.Images).Version);
        Assert.Contains("2.0-", Assert.Single(index.Notes), StringComparison.Ordinal);
        await FailsAsync(PartitionsErrors.SignatureWrong, Signed with { Server = $"{Signed.Server}:2.0-{UpdateGates.Architecture}" });
    }

    [Fact]
    public async Task Law16_ASignatureOfAnotherManifest_IsNoSignature()
    {
        TestImages.Write(_directory.File("os.img"), _content, "raw");
        await PushAsync(Publication("1.0"));
        var unsigned = await PushAsync(Publication("2.0") with { PrivateKey = null });
        var client = Client;
        var good = await client.TryManifestAsync($"1.0-{UpdateGates.Architecture}", CancellationToken.None);
        var signature = await client.TryManifestAsync(OsArtifact.SignatureTag(good!.Digest), CancellationToken.None);
        await client.PutManifestAsync(signature!.Content, OsArtifact.SignatureTag(RegistryReference.Parse(unsigned.Pinned).Digest!), CancellationToken.None);

        await FailsAsync(PartitionsErrors.SignatureWrong, Signed with { Server = unsigned.Reference });
    }

    [Fact]
    public async Task Read_OfTagsThatAreSomethingElse_PassesThemOver()
    {
        TestImages.Write(_directory.File("os.img"), _content, "raw");
        await PushAsync(Publication("2.0"));
        var image = await Client.TryManifestAsync($"2.0-{UpdateGates.Architecture}", CancellationToken.None);
        var other = System.Text.Encoding.UTF8.GetString(image!.Content).Replace(OsArtifact.Type, "application/x", StringComparison.Ordinal);
        await Client.PutManifestAsync(System.Text.Encoding.UTF8.GetBytes(other), "3.0", CancellationToken.None);

        Assert.Equal("2.0", Assert.Single((await ReadAsync(Signed)).Index.Images).Version);
        await FailsAsync(PartitionsErrors.ArtifactInvalid, Signed with { Server = $"{Signed.Server}:3.0" });
        await FailsAsync(PartitionsErrors.ArtifactInvalid, Signed with { Server = $"{Signed.Server}:4.0" });
    }

    [Fact]
    public async Task Law16_MoreUnsignedImagesThanAreOffered_KeepNoHostFromTheSignedOne()
    {
        TestImages.Write(_directory.File("os.img"), _content, "raw");
        await PushAsync(Publication("2.0"));
        var signed = await Client.TryManifestAsync($"2.0-{UpdateGates.Architecture}", CancellationToken.None);
        for (var i = 0; i <= RegistrySource.MostVersions; i++)
            await Client.PutManifestAsync(System.Text.Encoding.UTF8.GetBytes(System.Text.Encoding.UTF8.GetString(signed!.Content).Replace("\"2.0\"", $"\"9.{i}\"", StringComparison.Ordinal)), $"9.{i}", CancellationToken.None);

        var (index, _) = await ReadAsync(Signed);

        Assert.Equal("2.0", Assert.Single(index.Images).Version);
        Assert.InRange(index.Notes.Count, 2, 20);
        Assert.Contains("more artifacts", index.Notes[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_WhereNoSignatureIsLeft_LooksNoFurther()
    {
        TestImages.Write(_directory.File("os.img"), _content, "raw");
        await PushAsync(Publication("9.9"));
        var signed = await Client.TryManifestAsync($"9.9-{UpdateGates.Architecture}", CancellationToken.None);
        for (var i = 0; i <= RegistrySource.MostVersions; i++)
            await Client.PutManifestAsync(System.Text.Encoding.UTF8.GetBytes(System.Text.Encoding.UTF8.GetString(signed!.Content).Replace("\"9.9\"", $"\"1.{i}\"", StringComparison.Ordinal)), $"1.{i}", CancellationToken.None);

        var (index, _) = await ReadAsync(Signed);

        Assert.Single(index.Images);
        Assert.Contains($"only the newest {RegistrySource.MostVersions} of {RegistrySource.MostVersions + 2} tags", index.Notes[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_OfChannelsAndVersions_ChoosesAsFromAnIndex()
    {
        TestImages.Write(_directory.File("os.img"), _content, "raw");
        await PushAsync(Publication("1.9"));
        await PushAsync(Publication("1.10"));
        await PushAsync(Publication("2.0") with { Channel = "beta" });
        await PushAsync(Publication("3.0") with { Architecture = "riscv64" });

        var (index, _) = await ReadAsync(Signed);

        Assert.Equal(4, index.Images.Count);
        Assert.Equal("1.10", UpdateGates.Look(index, Signed, new(), "1.0", 1 << 30, NodeAnswer.NotAsked, DateTimeOffset.UnixEpoch).Image!.Version);
    }

    [Theory]
    [InlineData("version", "no version")]
    [InlineData("1.0", "", "no channel")]
    [InlineData("1.0", "stable", "no architecture", "x y")]
    public async Task Push_OfWhatIsNotValid_IsRefused(string version, string channelOrWhy, string? why = null, string architecture = "amd64")
    {
        TestImages.Write(_directory.File("os.img"), _content, "raw");
        var publication = Publication(version) with { Channel = why is null ? "stable" : channelOrWhy, Architecture = architecture };

        var error = await Assert.ThrowsAsync<AgentException>(() => PushAsync(publication));

        Assert.Equal(PartitionsErrors.PublicationInvalid, error.Code);
        Assert.Contains(why ?? channelOrWhy, error.Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Push_WithAPublicKey_IsRefusedBeforeAnythingIsSent()
    {
        TestImages.Write(_directory.File("os.img"), _content, "raw");

        var error = await Assert.ThrowsAsync<AgentException>(() => PushAsync(Publication("1.0") with { PrivateKey = _directory.File("pub") }));

        Assert.Equal(PartitionsErrors.PublicationInvalid, error.Code);
        Assert.Equal(Images.ImageErrors.NoSuchImage, (await Assert.ThrowsAsync<AgentException>(() => Client.TagsAsync(1, CancellationToken.None))).Code);
    }

    private RegistryReference Repository => new(_registry.Host, "edge/os");

    private RegistryClient Client => new(_http, Repository, new QuickTime());

    private UpdateSource Source => new(_http, new QuickTime());

    private UpdateSettings Signed => new() { Server = Repository.ToString(), PublicKey = _directory.File("pub") };

    private Publication Publication(string version) => new()
    {
        File = _directory.File("os.img"),
        Version = version,
        Architecture = UpdateGates.Architecture,
        PrivateKey = _key,
    };

    private Task<Published> PushAsync(Publication publication) => new ImagePublisher(_http, new QuickTime()).PushAsync(Repository, publication, new Progress(), CancellationToken.None);

    private Task<(UpdateIndex Index, Uri Location)> ReadAsync(UpdateSettings settings) => Source.ReadAsync(settings, version: null, CancellationToken.None);

    private async Task FailsAsync(ErrorCode code, UpdateSettings settings) =>
        Assert.Equal(code, (await Assert.ThrowsAsync<AgentException>(() => ReadAsync(settings))).Code);
}
