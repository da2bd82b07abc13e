using Unbounded.Agent.Machines.NodeSoftware;

namespace Unbounded.Agent.Machines.Tests.NodeSoftware;

public class KubernetesVersionTests
{
    [Theory]
    [InlineData("1.20.2", 1, 20, true)]
    [InlineData("v1.20.2", 1, 20, true)]
    [InlineData("1.20.2", 1, 21, false)]
    [InlineData("2.0.0", 1, 99, true)]
    [InlineData("1.33.0-rc.1+build", 1, 33, true)]
    [InlineData("nightly", 1, 99, true)]
    [InlineData("1.x", 1, 99, true)]
    public void AtLeast_Version_ComparesMajorAndMinor(string version, int major, int minor, bool expected) =>
        Assert.Equal(expected, KubernetesVersion.AtLeast(version, major, minor));

    [Theory]
    [InlineData("v1.2.3", "1.2.3")]
    [InlineData("1.2.3", "1.2.3")]
    public void Normalize_LeadingV_IsDropped(string version, string expected) =>
        Assert.Equal(expected, KubernetesVersion.Normalize(version));
}
