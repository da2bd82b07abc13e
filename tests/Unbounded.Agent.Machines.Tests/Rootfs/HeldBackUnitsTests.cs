using Unbounded.Agent.Machines.Rootfs;

namespace Unbounded.Agent.Machines.Tests.Rootfs;

public class HeldBackUnitsTests
{
    [Theory]
    [InlineData("containerd.service")]
    [InlineData("kubelet.service")]
    public void Law11_NodeSoftware_WaitsForTheMarker(string unit)
    {
        Assert.Contains(unit, HeldBackUnits.NodeSoftware);
        Assert.Contains("ConditionPathExists=/run/unbounded/active", HeldBackUnits.Condition(unit).Content);
    }

    [Theory]
    [InlineData("systemd-networkd.service")]
    [InlineData("systemd-sysctl.service")]
    [InlineData("nftables.service")]
    [InlineData("netfilter-persistent.service")]
    [InlineData("firewalld.service")]
    [InlineData("NetworkManager.service")]
    [InlineData("wg-quick@.service")]
    [InlineData("systemd-timesyncd.service")]
    public void Law12_WhatTouchesTheSharedNetwork_IsHeldBack(string unit) =>
        Assert.Contains(unit, HeldBackUnits.Shared);

    [Fact]
    public void Condition_Unit_IsADropInOfIt() =>
        Assert.Equal("/etc/systemd/system/kubelet.service.d/zz-unbounded-marker.conf", HeldBackUnits.Condition("kubelet.service").Path);

    [Fact]
    public void Target_EnabledUnits_AreStartedWithTheNodeSoftware() =>
        Assert.Contains("Wants=containerd.service kubelet.service systemd-sysctl.service\n", HeldBackUnits.Target(["systemd-sysctl.service"]).Content);
}
