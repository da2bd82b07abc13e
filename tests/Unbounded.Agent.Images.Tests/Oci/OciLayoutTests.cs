using System.Text.Json.Nodes;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Images.Oci;
using Unbounded.Agent.Images.References;
using Unbounded.Agent.Images.Tests.Support;

namespace Unbounded.Agent.Images.Tests.Oci;

public sealed class OciLayoutTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly LayoutBuilder _layout;

    public OciLayoutTests() => _layout = new LayoutBuilder(_directory.MakeDirectory("layout"));

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Find_OnlyImage_NeedsNoTag()
    {
        var image = Image("a");
        _layout.Add(image, "v1");
        Assert.Equal(DigestOf(image), Find().Digest.ToString());
        Assert.Equal(DigestOf(image), Find(tag: "v1").Digest.ToString());
        Assert.Equal(DigestOf(image), Find(digest: DigestOf(image)).Digest.ToString());
        Assert.Single(Find().Layers);
    }

    [Fact]
    public void Find_SeveralTags_TakesTheOneNamedAndSaysWhichThereAre()
    {
        var one = Image("one");
        var two = Image("two");
        _layout.Add(one, "v1").Add(two, "v2");
        Assert.Equal(DigestOf(two), Find(tag: "v2").Digest.ToString());
        var error = Fails(ImageErrors.NoSuchImage);
        Assert.Contains("v1, v2", error.Why, StringComparison.Ordinal);
        Fails(ImageErrors.NoSuchImage, tag: "v3");
        Fails(ImageErrors.NoSuchImage, tag: "v1", digest: DigestOf(two));
        Assert.Equal(DigestOf(one), Find(tag: "v1", digest: DigestOf(one)).Digest.ToString());
    }

    [Fact]
    public void Find_OneImageUnderTwoTags_IsOne()
    {
        _layout.Add(Image("a"), "v1").Add(Image("a"), "latest");
        Assert.NotNull(Find());
    }

    [Fact]
    public void Find_Platforms_TakesTheHostsOwn()
    {
        var arm = _layout.Image([(Layer("arm"), LayoutBuilder.Layer)], architecture: "arm64");
        var amd = Image("amd");
        _layout.Add(arm, "v1", "arm64").Add(amd, "v1", "amd64");
        Assert.Equal(DigestOf(amd), Find(tag: "v1").Digest.ToString());
        var other = Fails(ImageErrors.NoSuchImage, tag: "v1", architecture: "riscv64");
        Assert.Contains("linux/arm64, linux/amd64", other.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void Find_NestedIndex_IsSearchedByTagDigestAndPlatform()
    {
        var amd = Image("amd");
        var nested = Nest(("arm64", _layout.Image([(Layer("arm"), LayoutBuilder.Layer)], architecture: "arm64")), ("amd64", amd), ("unknown", Image("attestation")));
        _layout.Add(nested, "v1").Add(Image("other"), "v2");
        Assert.Equal(DigestOf(amd), Find(tag: "v1").Digest.ToString());
        Assert.Equal(DigestOf(amd), Find(digest: DigestOf(nested)).Digest.ToString());
        Assert.Equal(DigestOf(amd), Find(digest: DigestOf(amd)).Digest.ToString());
        Assert.Equal(DigestOf(amd), Find(tag: "v1", digest: DigestOf(amd)).Digest.ToString());
        Fails(ImageErrors.NoSuchImage, tag: "v2", digest: DigestOf(amd));
    }

    [Fact]
    public void Find_PlatformOnlyInTheConfiguration_IsChecked()
    {
        _layout.Add(_layout.Image([(Layer("arm"), LayoutBuilder.Layer)], architecture: "arm64"));
        var error = Fails(ImageErrors.NoSuchImage);
        Assert.Contains("linux/arm64", error.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void Find_DockerSchema2_IsReadToo()
    {
        var list = "application/vnd.docker.distribution.manifest.list.v2+json";
        var image = _layout.Image(
            [(Layer("a"), "application/vnd.docker.image.rootfs.diff.tar.gzip")],
            manifestType: "application/vnd.docker.distribution.manifest.v2+json",
            configType: "application/vnd.docker.container.image.v1+json");
        image["platform"] = LayoutBuilder.Platform("amd64");
        _layout.Add(_layout.Blob(LayoutBuilder.IndexOf([image]), list), "v1");
        Assert.Equal(DigestOf(image), Find(tag: "v1").Digest.ToString());
    }

    [Fact]
    public void Find_DamagedDocuments_AreRefusedByDigest()
    {
        var image = Image("a");
        _layout.Add(image);
        File.WriteAllText(_layout.BlobPath(DigestOf(image)), new string(' ', (int)image["size"]!));
        Fails(ImageErrors.DigestMismatch);
        File.WriteAllText(_layout.BlobPath(DigestOf(image)), "{}");
        Fails(ImageErrors.InvalidLayout);
        File.Delete(_layout.BlobPath(DigestOf(image)));
        Fails(ImageErrors.BlobMissing);
        Directory.CreateDirectory(_layout.BlobPath(DigestOf(image)));
        Fails(ImageErrors.InvalidLayout);
    }

    [Fact]
    public void Find_MissingLayer_IsAnErrorBeforeAnythingIsUnpacked()
    {
        var image = Image("a");
        _layout.Add(image);
        File.Delete(_layout.BlobPath(Find().Layers[0].Digest.ToString()));
        Fails(ImageErrors.BlobMissing);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("{\"manifests\":[null]}")]
    [InlineData("{\"manifests\":{}}")]
    [InlineData("{\"manifests\":[{\"size\":\"1\"}]}")]
    [InlineData("{\"schemaVersion\":2,\"manifests\":[{\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"digest\":\"sha512:00\",\"size\":1}]}")]
    [InlineData("{\"schemaVersion\":2,\"manifests\":[{\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"digest\":\"sha256:../../../../etc/passwd\",\"size\":1}]}")]
    [InlineData("{\"schemaVersion\":2,\"manifests\":[{\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"digest\":\"sha256:0000000000000000000000000000000000000000000000000000000000000000\",\"size\":-1}]}")]
    [InlineData("{\"schemaVersion\":2,\"manifests\":[{\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"digest\":\"sha256:0000000000000000000000000000000000000000000000000000000000000000\",\"size\":99999999999}]}")]
    public void Find_IndexThatIsGarbage_IsAnError(string index)
    {
        File.WriteAllText(_layout.IndexPath, index);
        Fails(ImageErrors.InvalidLayout);
    }

    [Fact]
    public void Find_NoLayoutAtAll_IsAnError()
    {
        Fails(ImageErrors.InvalidLayout);
        _layout.Add(Image("a"));
        File.WriteAllText(Path.Combine(_layout.Path, "oci-layout"), """{"imageLayoutVersion":"2.0.0"}""");
        Fails(ImageErrors.InvalidLayout);
        Assert.Equal(
            ImageErrors.SourceMissing,
            Assert.Throws<AgentException>(() => new OciLayout(new LayoutReference("/no/such", null, null), Amd64).Find()).Code);
    }

    [Fact]
    public void Law16_Find_DocumentWithoutEnd_IsNotRead()
    {
        using (var index = File.Create(_layout.IndexPath))
            index.SetLength(1L << 40);
        var error = Fails(ImageErrors.InvalidLayout);
        Assert.Contains("index.json", error.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void Law16_Find_IndexesWithinIndexes_AreBounded()
    {
        var descriptor = Image("a");
        for (var i = 0; i < 6; i++)
            descriptor = _layout.Blob(LayoutBuilder.IndexOf([descriptor.DeepClone()]), LayoutBuilder.Index);
        _layout.Add(descriptor);
        Fails(ImageErrors.InvalidLayout);
    }

    [Theory]
    [InlineData("mediaType", "\"application/vnd.oci.image.manifest.v2+json\"")]
    [InlineData("schemaVersion", "1")]
    [InlineData("schemaVersion", "null")]
    public void Find_ManifestOfAnotherKind_IsRefused(string field, string value)
    {
        _layout.Add(_layout.Image([(Layer("a"), LayoutBuilder.Layer)], editManifest: m => m[field] = JsonNode.Parse(value)));
        Fails(ImageErrors.UnsupportedMediaType);
    }

    [Theory]
    [InlineData("application/vnd.oci.image.layer.v1.tar+gzip+encrypted")]
    [InlineData("application/vnd.cncf.helm.chart.content.v1.tar+gzip")]
    [InlineData("")]
    public void Find_LayerOfAnotherKind_IsRefused(string mediaType)
    {
        _layout.Add(_layout.Image([(Layer("a"), mediaType)]));
        Fails(ImageErrors.UnsupportedMediaType);
    }

    [Fact]
    public void Find_ArtifactThatIsNoImage_IsRefused()
    {
        _layout.Add(_layout.Image([(Layer("a"), LayoutBuilder.Layer)], configType: "application/vnd.oci.empty.v1+json"));
        Fails(ImageErrors.UnsupportedMediaType);
    }

    [Fact]
    public void Find_LayersThatTheConfigurationDoesNotList_AreRefused()
    {
        _layout.Add(_layout.Image([(Layer("a"), LayoutBuilder.Layer)], editConfig: c => c["rootfs"]!["diff_ids"] = new JsonArray()));
        Fails(ImageErrors.InvalidLayout);
    }

    [Fact]
    public void Find_NoLayers_IsRefused()
    {
        _layout.Add(_layout.Image([]));
        Fails(ImageErrors.InvalidLayout);
    }

    private static Platform Amd64 => new("linux", "amd64");

    private static byte[] Layer(string content) => new TarBuilder().File("file", content).ToArray();

    private static string DigestOf(JsonObject descriptor) => (string)descriptor["digest"]!;

    private JsonObject Image(string content) => _layout.Image([(Layer(content), LayoutBuilder.Layer)]);

    private JsonObject Nest(params (string Architecture, JsonObject Descriptor)[] images)
    {
        var manifests = new JsonArray();
        foreach (var (architecture, descriptor) in images)
        {
            var copy = descriptor.DeepClone();
            copy["platform"] = LayoutBuilder.Platform(architecture);
            manifests.Add(copy);
        }

        return _layout.Blob(LayoutBuilder.IndexOf(manifests), LayoutBuilder.Index);
    }

    private OciImage Find(string? tag = null, string? digest = null, string architecture = "amd64") => new OciLayout(
        new LayoutReference(_layout.Path, tag, ContentDigest.TryParse(digest)), new Platform("linux", architecture)).Find();

    private AgentException Fails(ErrorCode code, string? tag = null, string? digest = null, string architecture = "amd64")
    {
        var error = Assert.Throws<AgentException>(() => Find(tag, digest, architecture));
        Assert.True(code == error.Code, error.Message);
        return error;
    }
}
