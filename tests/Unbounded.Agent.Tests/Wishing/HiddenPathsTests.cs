using Unbounded.Agent.Wishing;

namespace Unbounded.Agent.Tests.Wishing;

public sealed class HiddenPathsTests
{
    [Theory]
    [InlineData("dir:///root")]
    [InlineData("dir:///root/node")]
    [InlineData("file:///home/me/node.tar.zst")]
    [InlineData("oci-layout:///tmp/images:v1")]
    [InlineData("oci-layout:///var/tmp/images")]
    [InlineData("dir:///run/user/1000/node")]
    public void Warning_APlaceThatTheSandboxHides_NamesIt(string image)
    {
        var warning = HiddenPaths.Warning(image);

        Assert.Contains(image[(image.IndexOf("://", StringComparison.Ordinal) + 3)..], warning, StringComparison.Ordinal);
        Assert.Contains("move it", warning, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("dir:///srv/node")]
    [InlineData("dir:///rootfs")]
    [InlineData("dir:///homes/node")]
    [InlineData("oci-layout:///var/lib/images:root")]
    [InlineData("registry.example/root/node:v1")]
    public void Warning_AnotherPlace_IsNone(string? image) => Assert.Null(HiddenPaths.Warning(image));

    // The unit that is shipped is what hides them.
    [Theory]
    [InlineData("ProtectHome=")]
    [InlineData("PrivateTmp=yes")]
    public void Warning_IsAboutWhatTheUnitHides(string setting) =>
        Assert.Contains(setting, File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "units", "unbounded-agent-daemon.service")), StringComparison.Ordinal);
}
