using Unbounded.Agent.Core.Configuration.Syntax;

namespace Unbounded.Agent.Core.Tests.Configuration.Syntax;

public sealed class ValueSyntaxTests
{
    [Theory]
    [InlineData("1.33", true)]
    [InlineData("1.33.1", true)]
    [InlineData("v1.33.1", true)]
    [InlineData("1.34.0-rc.1", true)]
    [InlineData("1.20.2+k3s1", true)]
    [InlineData("0.0.0", true)]
    [InlineData("1", false)]
    [InlineData("1.2.3.4", false)]
    [InlineData("01.2.3", false)]
    [InlineData("1.33.x", false)]
    [InlineData("1.33.1-", false)]
    [InlineData("1.33.1\n", false)]
    [InlineData("1.33.1 ", false)]
    [InlineData("vv1.33.1", false)]
    [InlineData("latest", false)]
    [InlineData("", false)]
    [InlineData("1.2.3-../../x", false)]
    public void Version_TwoOrThreeNumbers(string version, bool valid) => Assert.Equal(valid, ValueSyntax.Version(version) is null);

    [Theory]
    [InlineData("v1.33.1", "1.33.1")]
    [InlineData("1.33.1", "1.33.1")]
    [InlineData("vanilla", "vanilla")]
    [InlineData("v", "v")]
    public void WithoutV_DropsOnlyAVersionsV(string version, string expected) => Assert.Equal(expected, ValueSyntax.WithoutV(version));

    [Theory]
    [InlineData("10.96.0.10", true)]
    [InlineData("2001:db8::1", true)]
    [InlineData("::ffff:10.0.0.1", true)]
    [InlineData("10.96.0", false)]
    [InlineData("167772160", false)]
    [InlineData("010.0.0.1", false)]
    [InlineData("0x0a.0.0.1", false)]
    [InlineData("10.0.0.256", false)]
    [InlineData("[::1]", false)]
    [InlineData("fe80::1%eth0", false)]
    [InlineData("10.0.0.1/24", false)]
    [InlineData(" 10.0.0.1", false)]
    [InlineData("localhost", false)]
    [InlineData("", false)]
    public void Address_PlainFormOnly(string address, bool valid) => Assert.Equal(valid, ValueSyntax.Address(address) is null);

    [Theory]
    [InlineData("192.0.2.7", true)]
    [InlineData("0.0.0.0", true)]
    [InlineData("192.0.2.7,2001:db8::7", true)]
    [InlineData("2001:db8::7,192.0.2.7", true)]
    [InlineData("192.0.2.7, 2001:db8::7", false)]
    [InlineData("192.0.2.7,192.0.2.8", false)]
    [InlineData("192.0.2.7,2001:db8::7,2001:db8::8", false)]
    [InlineData("127.0.0.1", false)]
    [InlineData("::1", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("ff02::1", false)]
    [InlineData("", false)]
    public void NodeAddress_OneOrOneOfEachFamily(string addresses, bool valid) => Assert.Equal(valid, ValueSyntax.NodeAddress(addresses) is null);

    [Theory]
    [InlineData("file:///srv/node.tar.zst", true)]
    [InlineData("dir:///srv/node", true)]
    [InlineData("oci-layout:///srv/images:v1", true)]
    [InlineData("oci-layout:///srv/images@sha256:0123", true)]
    [InlineData("/srv/node", false)]
    [InlineData("ghcr.io/org/node:v1", false)]
    [InlineData("://x", false)]
    [InlineData("https://x/y", false)]
    [InlineData("FILE:///x", false)]
    [InlineData("dir://srv", false)]
    [InlineData("dir:///", false)]
    [InlineData("dir:///a b", false)]
    [InlineData("dir:///a\nb", false)]
    public void Image_HasAKnownSchemeAndAnAbsolutePath(string image, bool valid) => Assert.Equal(valid, ValueSyntax.Image(image) is null);

    [Theory]
    [InlineData("https://a.example", true, true)]
    [InlineData("http://a.example/x", true, false)]
    [InlineData("ftp://a.example", false, false)]
    [InlineData("https://u:p@a.example", false, false)]
    [InlineData("https://", false, false)]
    [InlineData("a.example", false, false)]
    [InlineData("https://a.example/ x", false, false)]
    [InlineData("", false, false)]
    public void WebAddress_OnlyHttpsWhereAsked(string url, bool valid, bool validAsHttps)
    {
        Assert.Equal(valid, ValueSyntax.WebAddress(url) is null);
        Assert.Equal(validAsHttps, ValueSyntax.WebAddress(url, onlyHttps: true) is null);
    }

    [Theory]
    [InlineData("abcdef.0123456789abcdef", true)]
    [InlineData("ABCDEF.0123456789abcdef", false)]
    [InlineData("abcdef.0123456789abcde", false)]
    [InlineData("abcdef.0123456789abcdef\n", false)]
    [InlineData("abcdef-0123456789abcdef", false)]
    [InlineData("abcde.00123456789abcdef", false)]
    public void BootstrapToken_HasItsForm_AndIsNeverQuoted(string token, bool valid)
    {
        var problem = ValueSyntax.BootstrapToken(token);
        Assert.Equal(valid, problem is null);
        Assert.DoesNotContain(token.Trim(), problem ?? "", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("22:00-05:30", true)]
    [InlineData("00:00-23:59", true)]
    [InlineData("22:00-22:00", false)]
    [InlineData("24:00-05:00", false)]
    [InlineData("22:60-05:00", false)]
    [InlineData("2:00-05:00", false)]
    [InlineData("22:00 05:00", false)]
    [InlineData("22:00-05:00 ", false)]
    public void Window_HasTwoDifferentTimes(string window, bool valid) => Assert.Equal(valid, ValueSyntax.Window(window) is null);
}
