using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.Cgroups;
using Unbounded.Agent.Linux.Tests.Files;

namespace Unbounded.Agent.Linux.Tests.Cgroups;

public sealed class CgroupTreeTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    [Fact]
    public void OfHost_ThisHost_IsAHierarchyWithProcesses() =>
        Assert.True(File.Exists(Path.Combine(CgroupTree.OfHost().Mount, "cgroup.procs")));

    [Fact]
    public void Processes_InTheCgroupAndBelow_AreAllFound()
    {
        using var cgroup = new TestCgroup();
        var own = cgroup.Polite(cgroup.Child("pod"));
        var nested = cgroup.Polite(cgroup.Child("pod/container/deeper"));

        Assert.Equal([own.Id, nested.Id], CgroupTree.Processes(Path.Combine(cgroup.Path, "pod")));
        Assert.Equal([own.Id], CgroupTree.OwnProcesses(Path.Combine(cgroup.Path, "pod")));
    }

    [Fact]
    public void Processes_EmptyCgroup_IsNone()
    {
        using var cgroup = new TestCgroup();

        Assert.Empty(CgroupTree.Processes(cgroup.Path));
    }

    [Fact]
    public void Processes_CgroupThatIsGone_IsNone() =>
        Assert.Empty(CgroupTree.Processes("/sys/fs/cgroup/uba-there-is-no-such-cgroup"));

    [Fact]
    public void Law10_Processes_UnreadableList_IsAnErrorAndNotNone()
    {
        using var directory = new TempDirectory();
        Directory.CreateDirectory(directory.File("cgroup.procs"));

        var e = Assert.Throws<AgentException>(() => CgroupTree.Processes(directory.Path));

        Assert.Equal(LinuxErrors.CallFailed, e.Code);
        Assert.Contains("cgroup.procs", e.What, StringComparison.Ordinal);
    }

    [Fact]
    public void Subtree_NestedCgroups_ParentsComeFirst()
    {
        using var cgroup = new TestCgroup();
        cgroup.Child("a/b");
        cgroup.Child("c");

        var subtree = CgroupTree.Subtree(cgroup.Path).ToList();

        Assert.Equal(4, subtree.Count);
        Assert.Equal(cgroup.Path, subtree[0]);
        Assert.True(subtree.IndexOf($"{cgroup.Path}/a") < subtree.IndexOf($"{cgroup.Path}/a/b"));
    }

    [Fact]
    public void TryKill_ProcessesThatForkAndIgnoreSignals_EndsThemAll()
    {
        using var cgroup = new TestCgroup();
        var parent = cgroup.Run(cgroup.Child("pod/container"), "trap '' TERM INT HUP; sleep 1000 & sleep 1000 & echo ready; wait");
        using var held = Linux.Processes.PidFd.TryOpen(parent.Id)!;

        Assert.True(CgroupTree.TryKill(Path.Combine(cgroup.Path, "pod")), "This test needs cgroup2 and Linux 5.14 (cgroup.kill).");

        Assert.True(Linux.Processes.PidFd.WaitAll([held], Limit, TimeProvider.System));
        Assert.True(SpinWait.SpinUntil(() => CgroupTree.Processes(cgroup.Path).Count == 0, Limit));
    }

    [Fact]
    public void TryKill_KernelWithoutIt_SaysSo()
    {
        using var directory = new TempDirectory();

        Assert.False(CgroupTree.TryKill(directory.Path));
        Assert.False(CgroupTree.TryKill(directory.File("gone")));
    }

    [Fact]
    public void Children_Subdirectories_AreFound()
    {
        using var cgroup = new TestCgroup();
        cgroup.Child("a");
        cgroup.Child("b");

        Assert.Equal([$"{cgroup.Path}/a", $"{cgroup.Path}/b"], CgroupTree.Children(cgroup.Path).Order(StringComparer.Ordinal));
        Assert.Empty(CgroupTree.Children($"{cgroup.Path}/gone"));
    }

    [Fact]
    public void DirectoryOf_ProcessInACgroup_IsItsDirectory()
    {
        using var cgroup = new TestCgroup();
        var process = cgroup.Polite(cgroup.Child("payload/init.scope"));

        Assert.Equal($"{cgroup.Path}/payload/init.scope", cgroup.Tree.DirectoryOf(process.Id));
    }

    [Fact]
    public void DirectoryOf_ProcessThatHasEnded_IsNull()
    {
        using var cgroup = new TestCgroup();
        var process = cgroup.Run(cgroup.Child("payload"), "echo ready");
        process.WaitForExit();

        Assert.Null(cgroup.Tree.DirectoryOf(process.Id));
    }

    [Theory]
    [InlineData("/sys/fs/cgroup", "0::/machine.slice/systemd-nspawn@kube1.service/payload/init.scope\n", "/machine.slice/systemd-nspawn@kube1.service/payload/init.scope")]
    [InlineData("/sys/fs/cgroup/unified", "12:pids:/elsewhere\n1:name=systemd:/legacy\n0::/here\n", "/here")]
    [InlineData("/sys/fs/cgroup/systemd", "12:pids:/elsewhere\n1:name=systemd:/legacy\n0::/\n", "/legacy")]
    [InlineData("/sys/fs/cgroup", "0::/\n", "")]
    [InlineData("/sys/fs/cgroup", "0::/with:colon\n", "/with:colon")]
    [InlineData("/sys/fs/cgroup", "1:name=systemd:/legacy\n", null)]
    [InlineData("/sys/fs/cgroup", "", null)]
    [InlineData("/sys/fs/cgroup", "garbage", null)]
    public void PathIn_FileOfTheKernel_IsThePathInThisHierarchy(string mount, string content, string? expected) =>
        Assert.Equal(expected, new CgroupTree(mount).PathIn(content.Split('\n')));

    [Fact]
    public void Directory_ControlGroupOfAUnit_IsBelowTheMount() =>
        Assert.Equal("/sys/fs/cgroup/system.slice/x.service", new CgroupTree("/sys/fs/cgroup").Directory("/system.slice/x.service"));
}
