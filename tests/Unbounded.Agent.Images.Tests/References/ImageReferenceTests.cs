using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Images.References;

namespace Unbounded.Agent.Images.Tests.References;

public sealed class ImageReferenceTests
{
    private const string Hex = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    [Theory]
    [InlineData("file:///images/node.tar.zst", "/images/node.tar.zst", null)]
    [InlineData("file:///images/node.tar.zst@sha256:" + Hex, "/images/node.tar.zst", Hex)]
    [InlineData("file:///user@host/50%20/ü.tar", "/user@host/50%20/ü.tar", null)]
    [InlineData("file:///a@b", "/a@b", null)]
    [InlineData("file:///a@b@sha256:" + Hex, "/a@b", Hex)]
    [InlineData("file:///a:b.tar", "/a:b.tar", null)]
    [InlineData("file:///a/../b//c.tar", "/b/c.tar", null)]
    public void Parse_Archive_HasPathAndDigest(string text, string path, string? hex)
    {
        var reference = Assert.IsType<ArchiveReference>(ImageReference.Parse(text));
        Assert.Equal((path, hex), (reference.Path, reference.Digest?.Hex));
    }

    [Fact]
    public void Parse_Directory_HasPathAndDigest()
    {
        var reference = Assert.IsType<DirectoryReference>(ImageReference.Parse("dir:///srv/rootfs@sha256:" + Hex));
        Assert.Equal(("/srv/rootfs", Hex), (reference.Path, reference.Digest!.Hex));
    }

    [Theory]
    [InlineData("oci-layout:///l", "/l", null, null)]
    [InlineData("oci-layout:///l:v1.2-3_4", "/l", "v1.2-3_4", null)]
    [InlineData("oci-layout:///l@sha256:" + Hex, "/l", null, Hex)]
    [InlineData("oci-layout:///l:v1@sha256:" + Hex, "/l", "v1", Hex)]
    [InlineData("oci-layout:///with:colon/l", "/with:colon/l", null, null)]
    [InlineData("oci-layout:///with:colon/l:v1", "/with:colon/l", "v1", null)]
    public void Parse_Layout_HasPathTagAndDigest(string text, string path, string? tag, string? hex)
    {
        var reference = Assert.IsType<LayoutReference>(ImageReference.Parse(text));
        Assert.Equal((path, tag, hex), (reference.Path, reference.Tag, reference.Digest?.Hex));
    }

    [Theory]
    [InlineData("file:///a@sha256:" + Hex)]
    [InlineData("dir:///a")]
    [InlineData("oci-layout:///a:b@sha256:" + Hex)]
    public void ToString_Parsed_IsTheSameReference(string text)
    {
        Assert.Equal(text, ImageReference.Parse(text).ToString());
        Assert.Equal(ImageReference.Parse(text), ImageReference.Parse(ImageReference.Parse(text).ToString()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/images/node.tar")]
    [InlineData("./node.tar")]
    [InlineData("file://node.tar")]
    [InlineData("file://")]
    [InlineData("dir://host/path")]
    [InlineData("oci-layout:///l:")]
    [InlineData("file:///a@sha256:1234")]
    [InlineData("file:///a@sha256:0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef")]
    [InlineData("file:///a@sha512:0123")]
    [InlineData("file:///a\0b")]
    public void Parse_NoForm_SaysWhichThereAre(string text)
    {
        var error = Assert.Throws<AgentException>(() => ImageReference.Parse(text));
        Assert.Equal(ImageErrors.InvalidReference, error.Code);
        Assert.Contains("oci-layout:///DIR", error.Next, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("docker://registry.test/repo:tag")]
    [InlineData("oci://registry.test/repo:tag")]
    [InlineData("https://host.test/a.tar")]
    [InlineData("registry.test/repo:tag")]
    [InlineData("repo:tag")]
    [InlineData("FILE:///a")]
    public void Parse_OtherScheme_SaysWhichAreSupported(string text)
    {
        var error = Assert.Throws<AgentException>(() => ImageReference.Parse(text));
        Assert.Equal(ImageErrors.UnsupportedScheme, error.Code);
        Assert.Contains("file://, dir:// and oci-layout://", error.Why, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://user:s3cret@host.test/a.tar")]
    [InlineData("docker://user:s3cret@host.test")]
    [InlineData("user:s3cret@host.test/repo")]
    public void Law16_Parse_PasswordInTheReference_IsNotInTheError(string text) =>
        Assert.DoesNotContain("s3cret", Assert.Throws<AgentException>(() => ImageReference.Parse(text)).ToString(), StringComparison.Ordinal);
}
