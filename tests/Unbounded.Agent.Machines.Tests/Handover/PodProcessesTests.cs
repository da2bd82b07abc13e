using System.Diagnostics;
using Unbounded.Agent.Linux.Cgroups;
using Unbounded.Agent.Linux.Processes;
using Unbounded.Agent.Linux.Tests.Cgroups;
using Unbounded.Agent.Machines.Handover;
using Unbounded.Agent.Machines.Tests.Support;
using static Unbounded.Agent.Linux.Tests.Network.NetworkNamespace;

namespace Unbounded.Agent.Machines.Tests.Handover;

/// <summary>Real processes in real cgroups, as a machine's payload has them.</summary>
public sealed class PodProcessesTests : IDisposable
{
    private const string Pod = "kubepods/burstable/podd3b07384-d9a0-4c9b-8f4e-0123456789ab";
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(300);
    private readonly TestCgroup _payload = new();
    private readonly TemporaryRoot _files = new();
    private readonly PodProcesses _pods = new(TimeProvider.System);

    public void Dispose()
    {
        _payload.Dispose();
        _files.Dispose();
    }

    [Fact]
    public void End_NoPods_IsDoneAtOnce()
    {
        _payload.Polite(_payload.Child("system.slice/kubelet.service"));

        Assert.Equal(0, _pods.End(_payload.Path, Long).Killed);
        Assert.Single(CgroupTree.Processes(_payload.Path));
    }

    [Fact]
    public void Law10_End_PodsThatEndWhenAsked_AreNotKilled()
    {
        _payload.Polite(Container("a"));
        _payload.Polite(Container("b"));
        var clock = Stopwatch.StartNew();

        var ended = _pods.End(_payload.Path, Long);

        Assert.Equal(0, ended.Killed);
        Assert.Empty(ended.Survivors);
        Assert.Empty(CgroupTree.Processes(_payload.Path));
        Assert.True(clock.Elapsed < Long);
    }

    [Fact]
    public void Law10_End_PodThatIgnoresTheRequest_IsKilledWhenTheGraceIsOver()
    {
        _payload.Stubborn(Container("a"));
        var clock = Stopwatch.StartNew();

        var ended = _pods.End(_payload.Path, Short);

        Assert.Equal(1, ended.Killed);
        Assert.Empty(CgroupTree.Processes(_payload.Path));
        Assert.True(clock.Elapsed >= Short);
    }

    [Fact]
    public void Law10_End_OneOfTwoPodsIgnoresTheRequest_OnlyThatIsKilled()
    {
        var polite = _payload.Polite(Container("a"));
        var stubborn = _payload.Stubborn(Container("b"));
        using var heeds = PidFd.TryOpen(polite.Id)!;
        using var ignores = PidFd.TryOpen(stubborn.Id)!;
        // The grace is over when the one has ended. Where the other is waited for first, that is seen only after as long as this.
        var grace = TimeSpan.FromSeconds(30);
        var time = new GraceClock(grace, () => PidFd.WaitAll([heeds], TimeSpan.Zero, TimeProvider.System));

        var ended = new PodProcesses(time).End(_payload.Path, grace);

        Assert.Equal(1, ended.Killed);
        Assert.True(PidFd.WaitAll([ignores], Long, TimeProvider.System));
        Assert.Empty(CgroupTree.Processes(_payload.Path));
    }

    [Fact]
    public void Law10_End_NoGrace_KillsAtOnceWithoutAsking()
    {
        var asked = _files.Path + "/asked";
        _payload.Run(Container("a"), $"trap 'touch {asked}; exit 0' TERM; echo ready; while :; do sleep 0.05; done");

        var ended = _pods.End(_payload.Path, TimeSpan.Zero);

        Assert.InRange(ended.Killed, 1, 2);
        Assert.Empty(CgroupTree.Processes(_payload.Path));
        Assert.False(File.Exists(asked));
    }

    [Fact]
    public void Law10_End_PodThatKeepsForking_IsEndedWithEverythingItStarts()
    {
        _payload.Run(Container("a"), "trap '' TERM; echo ready; while :; do sleep 2 & sleep 0.01; done");

        var ended = _pods.End(_payload.Path, Short);

        Assert.True(ended.Killed >= 1);
        Assert.Empty(ended.Survivors);
        Assert.Empty(CgroupTree.Processes(_payload.Path));
    }

    [Fact]
    public void Law10_End_ContainerThatStartsWhileOthersEnd_IsAskedToo()
    {
        var late = _payload.Path + "/kubepods/late";
        var asked = _files.Path + "/asked";
        var latecomer = _files.Write("/late.sh", $"echo 0 >{late}/cgroup.procs\ntrap 'touch {asked}; exit 0' TERM\ntouch {_files.Path}/up\nwhile :; do sleep 0.05; done\n");
        _payload.Run(
            Container("a"),
            $"trap 'mkdir {late}; sh {latecomer} >/dev/null & while [ ! -e {_files.Path}/up ]; do sleep 0.05; done; exit 0' TERM; echo ready; while :; do sleep 0.05; done");

        var ended = _pods.End(_payload.Path, Long);

        Assert.Equal(0, ended.Killed);
        Assert.True(File.Exists(asked));
        Assert.Empty(CgroupTree.Processes(_payload.Path));
    }

    [Fact]
    public void Law10_End_SystemProcesses_LiveOn()
    {
        var kubelet = _payload.Polite(_payload.Child("system.slice/kubelet.service"));
        _payload.Stubborn(Container("a"));

        _pods.End(_payload.Path, TimeSpan.Zero);

        Assert.Equal([kubelet.Id], CgroupTree.Processes(_payload.Path));
    }

    [Fact]
    public void Law10_End_ContainerWithItsOwnPidNamespace_OnlyItsFirstProcessIsAsked()
    {
        var asked = _files.Path + "/worker-asked";
        var main = _files.Path + "/main-asked";
        var worker = _files.Write("/worker.sh", $"trap 'touch {asked}' TERM\ntouch {_files.Path}/up\nwhile :; do sleep 0.05; done\n");
        RunAsContainer(
            "a",
            "unshare --pid --fork --kill-child",
            $"sh {worker} >/dev/null & trap \"sleep 0.3; touch {main}; exit 0\" TERM; while [ ! -e {_files.Path}/up ]; do sleep 0.05; done; echo ready; while :; do sleep 0.05; done");

        var ended = _pods.End(_payload.Path, Long);

        Assert.Empty(CgroupTree.Processes(_payload.Child("kubepods")));
        Assert.Equal(0, ended.Killed);
        Assert.True(File.Exists(main));
        Assert.False(File.Exists(asked));
    }

    [Fact]
    public void Law10_End_PodThatSharesOnePidNamespace_ItsContainersGetTheirGrace()
    {
        var script = _files.Write("/script", $"#!/bin/sh\nmkfifo {_files.Path}/never\nexec 3<>{_files.Path}/never\ntrap 'exit 0' TERM\necho ready\nread nothing <&3\n");
        // Written by another process: what this one writes may still be open, in a process that another test starts, and can't be run then.
        var pause = _files.Path + "/pause";
        Command("install", "-m", "500", script, pause);
        var bye = _files.Path + "/bye";
        RunAsContainer("sandbox", "unshare --pid --fork --kill-child", $"exec {pause}");
        var init = Assert.Single(CgroupTree.Processes(Container("sandbox")));
        RunAsContainer("app", $"nsenter --target {init} --pid", $"trap \"sleep 0.3; touch {bye}; exit 0\" TERM; echo ready; while :; do sleep 0.05; done");

        var ended = _pods.End(_payload.Path, Long);

        Assert.True(File.Exists(bye));
        Assert.Equal(0, ended.Killed);
        Assert.Empty(CgroupTree.Processes(_payload.Child("kubepods")));
    }

    [Fact]
    public void Law10_End_MachineThatIsGone_HasNoPods()
    {
        var ended = _pods.End(_payload.Path + "/gone", Long);

        Assert.Equal(0, ended.Killed);
        Assert.Empty(ended.Survivors);
    }

    /// <summary>A clock on which a grace is over as soon as something has happened.</summary>
    private sealed class GraceClock(TimeSpan grace, Func<bool> isOver) : TimeProvider
    {
        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => isOver() ? grace.Ticks : 0;
    }

    // What starts a container stays outside of the pods, as a container runtime does: the container's own first process moves itself.
    private void RunAsContainer(string name, string starter, string script) => _payload.Run(
        _payload.Child("system.slice/containerd.service"),
        $"exec {starter} sh -c 'echo 0 >{Container(name)}/cgroup.procs; {script}'");

    private string Container(string name) => _payload.Child($"{Pod}/{name}");
}
