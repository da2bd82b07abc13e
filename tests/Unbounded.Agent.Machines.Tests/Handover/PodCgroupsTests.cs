using Unbounded.Agent.Machines.Handover;
using Unbounded.Agent.Machines.Tests.Support;

namespace Unbounded.Agent.Machines.Tests.Handover;

public sealed class PodCgroupsTests : IDisposable
{
    private const string Container = "4f0e6c1f8a0b4d8f9a6f2f6d0f7f6d6c4f0e6c1f8a0b4d8f9a6f2f6d0f7f6d6c";
    private readonly TemporaryRoot _root = new();

    public void Dispose() => _root.Dispose();

    [Theory]
    [InlineData("kubepods")]
    [InlineData("kubepods.slice")]
    [InlineData("k8s.io")]
    [InlineData("podd3b07384-d9a0-4c9b-8f4e-0123456789ab")]
    [InlineData("pod8f14e45fceea167a5a36dedd4bea2543")]
    [InlineData(Container)]
    [InlineData("custom/kubepods")]
    [InlineData("custom.slice/custom-kubepods.slice")]
    [InlineData("system.slice/cri-containerd-" + Container + ".scope")]
    [InlineData("system.slice/kubepods-besteffort.slice")]
    [InlineData("a/b/c/d/" + Container)]
    public void Law10_Find_WhateverMadeThePods_FindsThem(string path)
    {
        var expected = Directory.CreateDirectory(Path.Combine(_root.Path, path)).FullName;

        Assert.Equal([expected], PodCgroups.Find(_root.Path));
    }

    [Theory]
    [InlineData("init.scope")]
    [InlineData("system.slice/kubelet.service")]
    [InlineData("system.slice/containerd.service")]
    [InlineData("system.slice/podman.service")]
    [InlineData("system.slice/pod.service")]
    [InlineData("podium")]
    [InlineData("podd3b07384-d9a0-4c9b-8f4e-0123456789ab-x")]
    [InlineData("user.slice/user-0.slice/session-1.scope")]
    public void Find_TheMachinesOwn_IsNone(string path)
    {
        Directory.CreateDirectory(Path.Combine(_root.Path, path));

        Assert.Empty(PodCgroups.Find(_root.Path));
    }

    [Fact]
    public void Find_PodsBelowPods_AreFoundOnceAtTheirTop()
    {
        Directory.CreateDirectory(Path.Combine(_root.Path, "kubepods/burstable/podd3b07384-d9a0-4c9b-8f4e-0123456789ab", Container));
        Directory.CreateDirectory(Path.Combine(_root.Path, "system.slice/kubelet.service"));

        Assert.Equal([Path.Combine(_root.Path, "kubepods")], PodCgroups.Find(_root.Path));
    }

    [Fact]
    public void Find_MachineThatIsGone_IsNone() => Assert.Empty(PodCgroups.Find(_root.Path + "/gone"));
}
