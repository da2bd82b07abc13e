using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Images.References;
using Unbounded.Agent.Images.Registry;

namespace Unbounded.Agent.Images.Tests.Registry;

public sealed class RegistryReferenceTests
{
    private const string Hex = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    [Theory]
    [InlineData("oci://host/os", "host", "os", null, null)]
    [InlineData("oci://host:5000/a/b-c/d__e.f:1.2-rc_1", "host:5000", "a/b-c/d__e.f", "1.2-rc_1", null)]
    [InlineData($"oci://host/os:1@sha256:{Hex}", "host", "os", "1", Hex)]
    [InlineData($"oci://[::1]:5000/os@sha256:{Hex}", "[::1]:5000", "os", null, Hex)]
    public void Parse_OfAReference_ReadsItsParts(string text, string host, string repository, string? tag, string? digest)
    {
        var reference = RegistryReference.Parse(text);

        Assert.Equal((host, repository, tag, digest), (reference.Host, reference.Repository, reference.Tag, reference.Digest?.Hex));
        Assert.Equal(text, reference.ToString());
    }

    [Theory]
    [InlineData("host/os")]
    [InlineData("oci://")]
    [InlineData("oci://host")]
    [InlineData("oci:///os")]
    [InlineData("oci://host/")]
    [InlineData("oci://host/OS")]
    [InlineData("oci://host/a//b")]
    [InlineData("oci://host/../a")]
    [InlineData("oci://host/a:")]
    [InlineData("oci://host/a:-b")]
    [InlineData("oci://host/a\n")]
    [InlineData("oci://host/a@sha256:0")]
    [InlineData("oci://host/a@md5:0123")]
    [InlineData("oci://ho st/a")]
    [InlineData("oci://host:port/a")]
    [InlineData("oci://host?x/a")]
    public void Parse_OfWhatIsNone_IsRefused(string text) =>
        Assert.Equal(ImageErrors.RegistryReferenceInvalid, Assert.Throws<AgentException>(() => RegistryReference.Parse(text)).Code);

    [Fact]
    public void Law16_APasswordInAReference_IsNotRepeated()
    {
        var error = Assert.Throws<AgentException>(() => RegistryReference.Parse("oci://user:hunter2@host/os"));

        Assert.DoesNotContain("hunter2", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("localhost:5000", "http")]
    [InlineData("127.0.0.1:5000", "http")]
    [InlineData("127.8.0.1", "http")]
    [InlineData("[::1]:5000", "http")]
    [InlineData("localhost.example", "https")]
    [InlineData("10.0.0.1:5000", "https")]
    [InlineData("registry.example", "https")]
    public void Endpoint_InTheClear_IsOnlyThatOfALoopbackRegistry(string host, string scheme) =>
        Assert.Equal(new Uri($"{scheme}://{host}/v2/os/"), new RegistryReference(host, "os").Endpoint);

    [Fact]
    public void Blob_OfADigest_IsBelowTheRepository() =>
        Assert.Equal($"https://host/v2/a/b/blobs/sha256:{Hex}", new RegistryReference("host", "a/b").Blob(ContentDigest.FromHex(Hex)!).AbsoluteUri);
}
