using Unbounded.Agent.Core.Configuration;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Machines.Settings;
using Unbounded.Agent.Machines.Tests.Support;

namespace Unbounded.Agent.Machines.Tests.Settings;

public sealed class HostBindsTests : IDisposable
{
    private static readonly SlotName Slot = new("kube1");
    private readonly TemporaryRoot _root = new();

    public void Dispose() => _root.Dispose();

    [Fact]
    public void For_DevicesOnTheHost_AreBoundAsDevices()
    {
        _root.Write("/dev/kvm", "");
        _root.Write("/dev/nvidia0", "");
        _root.Write("/dev/nvidiactl", "");
        _root.Write("/dev/dri/renderD128", "");

        var devices = Binds(Configs.Standalone()).Where(b => b.IsDevice).Select(b => b.Source);

        Assert.Equal(["/dev/kvm", "/dev/nvidia0", "/dev/nvidiactl", "/dev/dri/renderD128"], devices);
    }

    [Fact]
    public void For_NoDevicesOnTheHost_BindsNone() =>
        Assert.DoesNotContain(Binds(Configs.Standalone()), b => b.IsDevice);

    [Fact]
    public void For_DirectoryAmongDevices_IsNotADevice()
    {
        _root.Write("/dev/dri/by-path/x", "");

        Assert.DoesNotContain(Binds(Configs.Standalone()), b => b.IsDevice);
    }

    [Fact]
    public void For_ConfiguredDeviceThatWasFound_IsBoundOnce()
    {
        _root.Write("/dev/kvm", "");

        var binds = Binds(Configs.Standalone() with { AdditionalHostDevices = ["/dev/kvm", "/dev/tpm0"] });

        Assert.Equal(["/dev/kvm", "/dev/tpm0"], binds.Where(b => b.IsDevice).Select(b => b.Source));
    }

    [Fact]
    public void For_ConfiguredMount_KeepsTargetAndReadOnly() =>
        Assert.Contains(
            new HostBind("/srv/models", "/models", ReadOnly: true),
            Binds(Configs.Standalone() with { AdditionalHostMounts = [new HostMount("/srv/models", "/models", ReadOnly: true)] }));

    [Fact]
    public void Law14_WhatIsNotTheAgentsOwn_IsOptional() =>
        Assert.All(
            Binds(Configs.Standalone() with { AdditionalHostDevices = ["/dev/tpm0"], AdditionalHostMounts = [new HostMount("/a", "/a")] }),
            b => Assert.Equal(!b.Source.StartsWith(_root.Path, StringComparison.Ordinal), b.Optional));

    [Fact]
    public void Law11_MarkerDirectory_IsReadOnlyInTheMachine()
    {
        var marker = Assert.Single(Binds(Configs.Standalone()), b => b.Target == "/run/unbounded");

        Assert.True(marker.ReadOnly);
        Assert.False(marker.Optional);
    }

    [Fact]
    public void For_TwoSlots_ShareTheImageCacheButNotTheIdentity()
    {
        var one = HostBinds.For(new SlotName("kube1"), Configs.Standalone(), _root.Paths);
        var two = HostBinds.For(new SlotName("kube2"), Configs.Standalone(), _root.Paths);

        Assert.Equal(Source(one, "/var/lib/containerd"), Source(two, "/var/lib/containerd"));
        Assert.Equal(Source(one, "/var/lib/kubelet/pods"), Source(two, "/var/lib/kubelet/pods"));
        Assert.NotEqual(Source(one, "/var/lib/kubelet/pki"), Source(two, "/var/lib/kubelet/pki"));
    }

    private static string Source(IEnumerable<HostBind> binds, string target) => binds.Single(b => b.Target == target).Source;

    private IReadOnlyList<HostBind> Binds(AgentConfig config) => HostBinds.For(Slot, config, _root.Paths);
}
