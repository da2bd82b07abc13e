using Unbounded.Agent.Linux.Processes;
using Unbounded.Agent.Linux.Tests.Cgroups;

namespace Unbounded.Agent.Linux.Tests.Processes;

public sealed class ProcessStatusTests
{
    [Fact]
    public void TryRead_OwnProcess_IsNoInitOfANamespace()
    {
        var status = ProcessStatus.TryRead(Environment.ProcessId)!;

        Assert.Equal(Environment.ProcessId, status.NamespacePids[0]);
        Assert.True(status.Parent > 0);
        Assert.NotEmpty(status.Name);
    }

    [Fact]
    public void TryRead_FirstProcessOfAPidNamespace_IsItsInit()
    {
        using var cgroup = new TestCgroup();
        var outer = cgroup.Run(cgroup.Child("a"), "exec unshare --pid --fork --kill-child sh -c 'echo ready; sleep 1000; :'");

        var inits = Linux.Cgroups.CgroupTree.Processes(cgroup.Path).Select(ProcessStatus.TryRead).Where(s => s is { IsNamespaceInit: true }).ToList();

        var init = Assert.Single(inits)!;
        Assert.Equal(outer.Id, init.Parent);
        Assert.Equal("sh", init.Name);
        Assert.Equal(2, init.NamespacePids.Count);
        Assert.False(ProcessStatus.TryRead(outer.Id)!.IsNamespaceInit);
    }

    [Fact]
    public void TryRead_NoSuchProcess_IsNull() => Assert.Null(ProcessStatus.TryRead(int.MaxValue));

    [Fact]
    public void Parse_KernelWithoutNamespaces_IsNull() => Assert.Null(ProcessStatus.Parse(5, ["Name:\tx", "PPid:\t1"]));

    [Fact]
    public void Parse_NameWithBlanks_IsWhole() =>
        Assert.Equal("a b: c", ProcessStatus.Parse(5, ["Name:\ta b: c", "PPid:\t1", "NSpid:\t5"])!.Name);

    [Fact]
    public void Parse_HostsOwnInit_IsNoInitOfANamespaceOfItsOwn() =>
        Assert.False(ProcessStatus.Parse(1, ["Name:\tsystemd", "PPid:\t0", "NSpid:\t1"])!.IsNamespaceInit);

    [Theory]
    [InlineData("\t812\t1", new[] { 812, 1 })]
    [InlineData("  812   1 ", new[] { 812, 1 })]
    [InlineData("", new int[0])]
    [InlineData("x -1 7", new[] { 7 })]
    [InlineData("99999999999 7", new[] { 7 })]
    public void ParsePids_Text_AreTheNumbersInIt(string text, int[] expected) => Assert.Equal(expected, ProcessStatus.ParsePids(text));
}
