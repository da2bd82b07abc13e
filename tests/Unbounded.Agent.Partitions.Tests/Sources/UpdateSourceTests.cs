using System.Text;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Partitions.Sources;
using Unbounded.Agent.Partitions.Tests.Support;
using Unbounded.Agent.Partitions.Updates;

namespace Unbounded.Agent.Partitions.Tests.Sources;

/// <summary>openssl makes the keys and the signatures.</summary>
public sealed class UpdateSourceTests : IDisposable
{
    private const string Hex = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    private const string Good = $$"""{"images":[{"version":"2.0","architecture":"amd64","url":"os.img","sha256":"{{Hex}}","size":5,"later":1}],"blocked":["1.5"],"more":{} }""";

    private readonly TempDirectory _directory = new();
    private readonly TestServer _server = new();
    private readonly HttpClient _http = new();

    public void Dispose()
    {
        _http.Dispose();
        _server.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task Read_OfALocalIndex_NeedsNoSignature()
    {
        await File.WriteAllTextAsync(_directory.File("index.json"), Good);

        var (index, location) = await ReadAsync(new() { Server = $"file://{_directory.Path}/" });

        var image = Assert.Single(index.Images);
        Assert.Equal(("2.0", "stable", 5, null), (image.Version, image.Channel, image.SizeBytes, image.ContentSha256));
        Assert.Equal(["1.5"], index.Blocked);
        Assert.Equal($"file://{_directory.Path}/os.img", UpdateIndex.Resolve(location, image)!.AbsoluteUri);
    }

    [Theory]
    [InlineData("ec")]
    [InlineData("rsa")]
    public async Task Read_OfASignedIndex_IsTrusted(string kind)
    {
        Serve(Good, Key(kind));

        var (index, _) = await ReadAsync(Remote);

        Assert.Single(index.Images);
    }

    [Fact]
    public async Task Law16_AnIndexFromElsewhere_IsNeverTakenWithoutAKey()
    {
        Serve(Good, Key("ec"));

        await FailsAsync(PartitionsErrors.SettingsInvalid, Remote with { PublicKey = null });
    }

    [Theory]
    [InlineData("/index.json?token=a%2Fb&x=1", "/index.json?token=a%2Fb&x=1", "/index.json.sig?token=a%2Fb&x=1")]
    [InlineData("/?token=1", "/index.json?token=1", "/index.json.sig?token=1")]
    [InlineData("/a%20b/index.json", "/a%20b/index.json", "/a%20b/index.json.sig")]
    public async Task Read_OfAnIndexBehindAQuery_AsksForItsSignatureInTheSameWay(string server, string index, string signature)
    {
        Serve(Good, Key("ec"));
        _server.Files[index] = _server.Files["/index.json"];
        _server.Files[signature] = _server.Files["/index.json.sig"];

        await ReadAsync(Remote with { Server = _server.Url(server).AbsoluteUri });

        Assert.Equal([index, signature], _server.Paths);
    }

    [Fact]
    public async Task Read_OfAChangedIndex_IsRefused()
    {
        Serve(Good, Key("ec"));
        _server.Files["/index.json"][^1] = (byte)' ';

        await FailsAsync(PartitionsErrors.SignatureWrong, Remote);
    }

    [Fact]
    public async Task Read_OfAnotherKeysSignature_IsRefused()
    {
        Serve(Good, Key("ec"));
        Key("ec");

        await FailsAsync(PartitionsErrors.SignatureWrong, Remote);
    }

    [Theory]
    [InlineData("")]
    [InlineData("not base64!")]
    [InlineData("AAAA")]
    public async Task Read_OfGarbageAsSignature_IsRefused(string signature)
    {
        Serve(Good, Key("ec"));
        _server.Files["/index.json.sig"] = Encoding.ASCII.GetBytes(signature);

        await FailsAsync(PartitionsErrors.SignatureWrong, Remote);
    }

    [Fact]
    public async Task Read_WithoutASignatureFile_IsRefused()
    {
        Serve(Good, Key("ec"));
        _server.Files.Remove("/index.json.sig");

        await FailsAsync(PartitionsErrors.SourceRefuses, Remote);
    }

    [Fact]
    public async Task Read_WithSomethingElseAsKey_IsRefused()
    {
        Serve(Good, Key("ec"));
        await File.WriteAllTextAsync(_directory.File("pub"), "no key");

        await FailsAsync(PartitionsErrors.SettingsInvalid, Remote);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("""{"images":null}""")]
    [InlineData("""{"images":[null]}""")]
    [InlineData("""{"images":[{"version":"2","architecture":"amd64","url":"x","sha256":"0","size":1}]}""")]
    [InlineData($$"""{"images":[{"version":"x y","architecture":"amd64","url":"x","sha256":"{{Hex}}","size":1}]}""")]
    [InlineData($$"""{"images":[{"version":"2","architecture":"amd64","url":"x","sha256":"{{Hex}}","size":0}]}""")]
    [InlineData($$"""{"images":[{"version":"2","architecture":"amd64","url":"ftp://a/x","sha256":"{{Hex}}","size":1}]}""")]
    [InlineData($$"""{"images":[{"version":"2","architecture":"amd64","url":"oci://host/os:1","sha256":"{{Hex}}","size":1}]}""")]
    [InlineData($$"""{"images":[{"version":"2","architecture":"amd64","url":"oci://host/OS@sha256:{{Hex}}","sha256":"{{Hex}}","size":1}]}""")]
    [InlineData($$"""{"images":[{"version":"2","architecture":"amd64","url":"bundle:///a.tar","sha256":"{{Hex}}","size":1}]}""")]
    [InlineData($$"""{"images":[{"version":"2","architecture":"amd64","url":"x","sha256":"{{Hex}}","size":1,"content_sha256":"X"}]}""")]
    [InlineData($$"""{"images":[{"version":"2","architecture":"amd64","url":"x","sha256":"{{Hex}}","size":1,"minimum_version":"-"}]}""")]
    public async Task Read_OfAnIndexThatIsNone_IsRefused(string text)
    {
        await File.WriteAllTextAsync(_directory.File("index.json"), text);

        await FailsAsync(PartitionsErrors.IndexInvalid, new() { Server = $"file://{_directory.Path}/" });
    }

    [Fact]
    public async Task Read_OfAnIndexFromElsewhereThatPointsToAFileOfThisHost_IsRefused()
    {
        Serve(Good.Replace("\"os.img\"", "\"file:///etc/shadow\"", StringComparison.Ordinal), Key("ec"));

        await FailsAsync(PartitionsErrors.IndexInvalid, Remote);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("not a url")]
    [InlineData("ftp://host/")]
    public Task Read_WithoutAServer_SaysSo(string? server) => FailsAsync(PartitionsErrors.SettingsInvalid, new() { Server = server });

    [Fact]
    public async Task Read_OfAnIndexThatIsTooLarge_IsRefused()
    {
        Serve(new string(' ', UpdateIndex.LimitBytes + 1), Key("ec"));

        await FailsAsync(PartitionsErrors.SourceRefuses, Remote);
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public async Task Read_OfAServerThatIsAway_SaysSo(int status)
    {
        Serve(Good, Key("ec"));
        _server.Statuses.Enqueue(status);

        await FailsAsync(PartitionsErrors.SourceUnavailable, Remote);
    }

    [Fact]
    public async Task Open_OfALocalImage_ReadsIt()
    {
        await File.WriteAllBytesAsync(_directory.File("image"), [1, 2, 3]);
        await using var stream = await Source.OpenAsync(new Uri(_directory.File("image")), CancellationToken.None);
        var read = new byte[4];

        Assert.Equal(3, stream.ReadAtLeast(read, 4, throwOnEndOfStream: false));
        Assert.Equal([1, 2, 3, 0], read);
    }

    [Fact]
    public async Task Open_OfAnImageThatIsNotServed_FailsAtOnce() =>
        Assert.Equal(
            PartitionsErrors.SourceRefuses,
            (await Assert.ThrowsAsync<AgentException>(() => Source.OpenAsync(_server.Url("/none"), CancellationToken.None))).Code);

    private UpdateSource Source => new(_http, new QuickTime());

    private UpdateSettings Remote => new() { Server = _server.Url("/").AbsoluteUri, PublicKey = _directory.File("pub") };

    private Task<(UpdateIndex Index, Uri Location)> ReadAsync(UpdateSettings settings) => Source.ReadAsync(settings, version: null, CancellationToken.None);

    private async Task FailsAsync(ErrorCode code, UpdateSettings settings) =>
        Assert.Equal(code, (await Assert.ThrowsAsync<AgentException>(() => ReadAsync(settings))).Code);

    private string Key(string kind) => TestKeys.Make(_directory, kind);

    private void Serve(string index, string key)
    {
        _server.Files["/index.json"] = Encoding.UTF8.GetBytes(index);
        _server.Files["/index.json.sig"] = TestKeys.Sign(_directory, key, _server.Files["/index.json"]);
    }
}
