using Unbounded.Agent.Machines.Rootfs;

namespace Unbounded.Agent.Machines.Tests.Rootfs;

public class NodeBinariesTests
{
    [Fact]
    public void Find_NoKubelet_IsNull() => Assert.Null(NodeBinaries.Find(_ => false));

    [Theory]
    [InlineData("/usr/local/bin/kubelet")]
    [InlineData("/usr/bin/kubelet")]
    [InlineData("/opt/bin/kubelet")]
    public void Find_Kubelet_IsFoundWhereImagesKeepIt(string path) =>
        Assert.Equal(path, NodeBinaries.Find(p => p == path)?.Kubelet);

    [Fact]
    public void Find_LocalKubelet_BeatsTheDistributions() =>
        Assert.Equal("/usr/local/bin/kubelet", NodeBinaries.Find(p => p.EndsWith("/kubelet", StringComparison.Ordinal))?.Kubelet);

    [Fact]
    public void Find_DebiansPlugins_AreUsed() =>
        Assert.Equal("/usr/lib/cni", NodeBinaries.Find(p => p is "/usr/bin/kubelet" or "/usr/lib/cni")?.CniDirectory);

    [Fact]
    public void Find_UnitEnabledInTheImage_IsStartedAtTheHandover() =>
        Assert.Equal(
            ["systemd-networkd.service", "systemd-sysctl.service"],
            NodeBinaries.Find(p => p is "/usr/bin/kubelet"
                or "/etc/systemd/system/multi-user.target.wants/systemd-networkd.service"
                or "/usr/lib/systemd/system/sysinit.target.wants/systemd-sysctl.service")?.EnabledHeldBack);
}
