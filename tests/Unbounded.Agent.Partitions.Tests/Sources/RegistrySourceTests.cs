using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Unbounded.Agent.Images.References;
using Unbounded.Agent.Images.Registry;
using Unbounded.Agent.Partitions.Publishing;
using Unbounded.Agent.Partitions.Sources;
using Unbounded.Agent.Partitions.Tests.Support;
using Unbounded.Agent.Partitions.Updates;

namespace Unbounded.Agent.Partitions.Tests.Sources;

/// <summary>Repositories that hold much.</summary>
public sealed class RegistrySourceTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly Shelf _shelf = new();
    private readonly HttpClient _http;
    private readonly string _key;
    private int _signs;

    public RegistrySourceTests()
    {
        _http = new(_shelf, disposeHandler: false);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        _key = key.ExportPkcs8PrivateKeyPem();
        File.WriteAllText(_directory.File("pub"), key.ExportSubjectPublicKeyInfoPem());
    }

    public void Dispose()
    {
        _http.Dispose();
        _shelf.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task Read_OfManyVersionsForOthers_FindsTheOneForThisHost()
    {
        Put("1.0");
        for (var i = 0; i <= RegistrySource.MostVersions; i++)
        {
            Put($"8.{i}", channel: "beta");
            Put($"9.{i}", architecture: "riscv64");
        }

        var index = await ReadAsync();

        Assert.Contains(index.Images, i => i.Version == "1.0");
        Assert.Empty(index.Notes);
        Assert.Equal(IndexExtent.All, index.Extent);
    }

    [Fact]
    public async Task Read_OfManyVersionsForThisHost_OffersTheNewest()
    {
        for (var i = 0; i <= RegistrySource.MostVersions; i++)
            Put($"1.{i}");

        var index = await ReadAsync();

        Assert.Equal(RegistrySource.MostVersions, index.Images.Count);
        Assert.DoesNotContain(index.Images, i => i.Version == "1.0");
        Assert.Contains($"only the newest {RegistrySource.MostVersions} of {RegistrySource.MostVersions + 1} tags", Assert.Single(index.Notes), StringComparison.Ordinal);
        Assert.Equal(IndexExtent.Newest, index.Extent);
    }

    [Fact]
    public async Task Read_OfMoreTagsThanAnyHostNeeds_EndsAndSaysHowManyItSaw()
    {
        Put("99.0");
        for (var i = 0; i < RegistrySource.MostLooks + 50; i++)
            Put($"2.{i}", signed: false);
        Put("1.0");

        var index = await ReadAsync();

        Assert.Equal("99.0", Assert.Single(index.Images).Version);
        Assert.Equal(RegistrySource.MostLooks, _shelf.Looks);
        Assert.Equal(RegistrySource.MostLooks, _signs);
        Assert.Contains($"only the newest {RegistrySource.MostLooks} of {RegistrySource.MostLooks + 52} tags", index.Notes[^1], StringComparison.Ordinal);
    }

    private void Put(string version, string channel = "stable", string? architecture = null, bool signed = true)
    {
        var digest = DigestOf(Encoding.UTF8.GetBytes(version));
        var publication = new Publication { File = "os.img", Version = version, Channel = channel, Architecture = architecture ?? UpdateGates.Architecture };
        var manifest = new RegistryManifest(OsArtifact.Manifest(publication, new(digest, 5, digest, 5)), digest);
        manifest = manifest with { Digest = DigestOf(manifest.Content) };
        _shelf.Manifests[OsArtifact.Tag(version, publication.Architecture)] = manifest.Content;
        if (signed)
            _shelf.Manifests[OsArtifact.SignatureTag(manifest.Digest)] = OsArtifact.SignatureManifest(manifest, PublisherSignature.Sign(manifest.Content, _key));
    }

    private async Task<UpdateIndex> ReadAsync()
    {
        var settings = new UpdateSettings { Server = "oci://registry.example/os", PublicKey = _directory.File("pub") };
        return (await new UpdateSource(_http, new QuickTime(), () => _signs++).ReadAsync(settings, version: null, CancellationToken.None)).Index;
    }

    private static ContentDigest DigestOf(byte[] content) => ContentDigest.FromHex(Convert.ToHexStringLower(SHA256.HashData(content)))!;

    /// <summary>A repository in memory.</summary>
    private sealed class Shelf : HttpMessageHandler
    {
        public Dictionary<string, byte[]> Manifests { get; } = new(StringComparer.Ordinal);

        /// <summary>How many manifests were asked for that are no signatures.</summary>
        public int Looks { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var name = request.RequestUri!.Segments[^1];
            if (request.RequestUri.AbsolutePath.EndsWith("/tags/list", StringComparison.Ordinal))
                return Answer(Encoding.UTF8.GetBytes($$"""{"name":"os","tags":{{JsonSerializer.Serialize(Manifests.Keys)}}}"""));
            Looks += OsArtifact.IsSignatureTag(name) ? 0 : 1;
            return Answer(Manifests.GetValueOrDefault(name));
        }

        private static Task<HttpResponseMessage> Answer(byte[]? content) =>
            Task.FromResult(new HttpResponseMessage(content is null ? HttpStatusCode.NotFound : HttpStatusCode.OK) { Content = new ByteArrayContent(content ?? []) });
    }
}
