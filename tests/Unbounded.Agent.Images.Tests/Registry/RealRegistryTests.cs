using System.Security.Cryptography;
using System.Text;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Images.References;
using Unbounded.Agent.Images.Registry;
using Unbounded.Agent.Images.Tests.Support;

namespace Unbounded.Agent.Images.Tests.Registry;

/// <summary>The client and Debian's docker-registry.</summary>
public sealed class RealRegistryTests : IDisposable
{
    private const int Chunk = 1 << 20;

    private readonly RealRegistry _registry = new();
    private readonly FaultyHandler _wire = new();
    private readonly HttpClient _http;

    public RealRegistryTests() => _http = new(_wire);

    public void Dispose()
    {
        _http.Dispose();
        _registry.Dispose();
    }

    [Fact]
    public async Task Send_OfABlob_ArrivesInChunksAndIsNotSentTwice()
    {
        var content = Content(3 * Chunk + 17);

        Assert.True(await SendAsync(content));
        Assert.Equal(4, _wire.Requests.Count(r => r.StartsWith("PATCH", StringComparison.Ordinal)));
        _wire.Requests.Clear();
        Assert.False(await SendAsync(content));

        Assert.Single(_wire.Requests);
        Assert.Equal(content, await _http.GetByteArrayAsync(Repository.Blob(Digest(content))));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Send_OverAConnectionThatBreaks_ArrivesWhole(bool arrives)
    {
        var content = Content(4 * Chunk);
        var patches = 0;
        bool Breaks(HttpRequestMessage request) => request.Method == HttpMethod.Patch && ++patches == 2;
        _wire.LosesAnswer = arrives ? Breaks : _wire.LosesAnswer;
        _wire.LosesRequest = arrives ? _wire.LosesRequest : Breaks;

        Assert.True(await SendAsync(content));

        Assert.Equal(content, await _http.GetByteArrayAsync(Repository.Blob(Digest(content))));
    }

    [Fact]
    public async Task Send_OverAConnectionThatNeverHolds_EndsWithAnError()
    {
        _wire.LosesRequest = r => r.Method == HttpMethod.Patch;

        var error = await Assert.ThrowsAsync<AgentException>(() => SendAsync(Content(Chunk)));

        Assert.Equal(ImageErrors.RegistryUnavailable, error.Code);
    }

    [Fact]
    public async Task Manifest_ThatWasPut_IsReadByTagAndDigest()
    {
        var manifest = await PublishAsync("1.0");

        var byTag = await Client.TryManifestAsync("1.0", CancellationToken.None);
        var byDigest = await Client.TryManifestAsync(Digest(manifest).ToString(), CancellationToken.None);

        Assert.Equal(manifest, byTag!.Content);
        Assert.Equal(Digest(manifest), byDigest!.Digest);
        Assert.Null(await Client.TryManifestAsync("2.0", CancellationToken.None));
        Assert.Null(await Client.TryManifestAsync(Digest([1]).ToString(), CancellationToken.None));
    }

    [Fact]
    public async Task Law06_AManifestWhoseBlobsAreMissing_IsRefusedByARegistryThatIsNotAway() => Assert.Equal(
        ImageErrors.RegistryRefuses,
        (await Assert.ThrowsAsync<AgentException>(() => Client.PutManifestAsync(Manifest(Content(5)), "1.0", CancellationToken.None))).Code);

    [Fact]
    public async Task Tags_OfManyPages_AreListedUpToTheLimit()
    {
        for (var i = 0; i < 103; i++)
            await PublishAsync($"1.{i}");

        Assert.Equal(103, (await Client.TagsAsync(1000, CancellationToken.None)).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(50, (await Client.TagsAsync(50, CancellationToken.None)).Count);
    }

    [Fact]
    public async Task Tags_OfARepositoryThatIsNotThere_AreAnError() => Assert.Equal(
        ImageErrors.NoSuchImage, (await Assert.ThrowsAsync<AgentException>(() => Client.TagsAsync(10, CancellationToken.None))).Code);

    [Fact]
    public async Task Any_WithoutARegistry_SaysThatItCantBeReached()
    {
        _wire.LosesRequest = static _ => true;

        var error = await Assert.ThrowsAsync<AgentException>(() => Client.TryManifestAsync("1.0", CancellationToken.None));

        Assert.Equal(ImageErrors.RegistryUnavailable, error.Code);
        Assert.Equal(4, _wire.Requests.Count);
    }

    private RegistryReference Repository => new(_registry.Host, "os/edge");

    private RegistryClient Client => new(_http, Repository, new InstantTime());

    private async Task<bool> SendAsync(byte[] content)
    {
        using var stream = new MemoryStream(content);
        return await new BlobUpload(Client, _http, new InstantTime(), Chunk).SendAsync(stream, Digest(content), static _ => { }, CancellationToken.None);
    }

    private async Task<byte[]> PublishAsync(string tag)
    {
        await SendAsync("{}"u8.ToArray());
        var manifest = Manifest("{}"u8.ToArray());
        await Client.PutManifestAsync(manifest, tag, CancellationToken.None);
        return manifest;
    }

    private static byte[] Manifest(byte[] blob) => Encoding.UTF8.GetBytes(
        $$"""{"schemaVersion":2,"mediaType":"{{RegistryClient.ManifestType}}","config":{"mediaType":"a/b","digest":"{{Digest(blob)}}","size":{{blob.Length}}},"layers":[]}""");

    private static ContentDigest Digest(byte[] content) => ContentDigest.FromHex(Convert.ToHexStringLower(SHA256.HashData(content)))!;

    private static byte[] Content(int length)
    {
        var content = new byte[length];
        new Random(length).NextBytes(content);
        return content;
    }
}
