using Unbounded.Agent.Machines.Rootfs;

namespace Unbounded.Agent.Machines.Tests.Rootfs;

public class NodeBinariesTests
{
    [Fact]
    public void Find_NoKubelet_IsNull() => Assert.Null(Find("/usr/bin/containerd"));

    [Theory]
    [InlineData("/usr/local/bin/kubelet")]
    [InlineData("/usr/bin/kubelet")]
    [InlineData("/opt/bin/kubelet")]
    public void Find_Kubelet_IsFoundWhereImagesKeepIt(string path)
    {
        Assert.Equal(path, Find(path)?.Kubelet);
        Assert.Equal(path, NodeBinaries.FindKubelet(p => p == path));
    }

    [Fact]
    public void Find_LocalKubelet_BeatsTheDistributions() =>
        Assert.Equal("/usr/local/bin/kubelet", Find("/usr/bin/kubelet", "/opt/bin/kubelet", "/usr/local/bin/kubelet")?.Kubelet);

    [Fact]
    public void Find_DebiansPlugins_AreUsed() => Assert.Equal("/usr/lib/cni", Find("/usr/bin/kubelet", "/usr/lib/cni")?.CniDirectory);

    [Fact]
    public void Find_NoPluginsInTheImage_TheUsualDirectory() => Assert.Equal("/opt/cni/bin", Find("/usr/bin/kubelet")?.CniDirectory);

    [Fact]
    public void Find_UnitEnabledInTheImage_IsStartedAtTheHandover() =>
        Assert.Equal(
            ["systemd-networkd.service", "systemd-networkd.socket", "systemd-sysctl.service"],
            Find(
                "/usr/bin/kubelet",
                "/usr/lib/systemd/system/sysinit.target.wants/systemd-sysctl.service",
                "/etc/systemd/system/multi-user.target.wants/systemd-networkd.service",
                "/etc/systemd/system/sockets.target.wants/systemd-networkd.socket",
                "/etc/systemd/system/multi-user.target.wants/cron.service")?.EnabledHeldBack);

    [Fact]
    public void Find_UnitEnabledTwice_IsStartedOnce() =>
        Assert.Equal(
            ["nftables.service"],
            Find(
                "/usr/bin/kubelet",
                "/etc/systemd/system/sysinit.target.wants/nftables.service",
                "/etc/systemd/system/multi-user.target.wants/nftables.service")?.EnabledHeldBack);

    [Fact]
    public void Find_InstanceOfAHeldBackTemplate_IsStartedByItsOwnName() =>
        Assert.Equal(
            ["wg-quick@wg0.service"],
            Find(
                "/usr/bin/kubelet",
                "/etc/systemd/system/multi-user.target.wants/wg-quick@wg0.service",
                "/etc/systemd/system/multi-user.target.wants/getty@tty1.service")?.EnabledHeldBack);

    [Fact]
    public void Find_LinkWithoutItsUnit_IsNotEnabled()
    {
        var found = NodeBinaries.Find(
            p => p == "/usr/bin/kubelet",
            d => d == "/etc/systemd/system/multi-user.target.wants" ? ["nftables.service"] : []);

        Assert.Empty(found!.EnabledHeldBack);
    }

    [Theory]
    [InlineData("wg-quick@a b.service")]
    [InlineData("wg-quick@a\nExecStart=b.service")]
    [InlineData("wg-quick@.service\n")]
    [InlineData("../nftables.service")]
    public void Law16_Find_NameThatIsNoUnits_DoesNotGetIntoAUnitFile(string name) =>
        Assert.Empty(Find("/usr/bin/kubelet", $"/etc/systemd/system/multi-user.target.wants/{name}")!.EnabledHeldBack);

    private static NodeBinaries? Find(params string[] files) => NodeBinaries.Find(
        files.Contains,
        d => files.Where(f => f.StartsWith(d + "/", StringComparison.Ordinal)).Select(f => f[(d.Length + 1)..]));
}
