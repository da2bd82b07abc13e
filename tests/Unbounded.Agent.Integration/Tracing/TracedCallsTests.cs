namespace Unbounded.Agent.Integration.Tracing;

/// <summary>What strace writes, read.</summary>
public sealed class TracedCallsTests
{
    private const string Thread = "71    clone3({flags=CLONE_VM|CLONE_FS|CLONE_THREAD|CLONE_SYSVSEM, child_tid=0x7f}, 88) = 12";

    [Theory]
    [InlineData("71    vfork( <unfinished ...>")]
    [InlineData("71    clone(child_stack=NULL, flags=CLONE_CHILD_SETTID|SIGCHLD, child_tidptr=0x7f) = 80")]
    [InlineData("71    clone3({flags=CLONE_VM|CLONE_VFORK, exit_signal=SIGCHLD, stack=0x7f}, 88) = 80")]
    [InlineData("80    execve(\"/bin/true\", [\"true\"], 0x7f /* 3 vars */) = -1 ENOENT (No such file or directory)")]
    [InlineData("80    execveat(3, \"\", [\"true\"], 0x7f, AT_EMPTY_PATH <unfinished ...>")]
    public void Spawns_ProcessOrProgram_IsFound(string line) =>
        Assert.Equal([line], new TracedCalls($"{Thread}\n{line}\n").Spawns);

    [Theory]
    [InlineData(Thread)]
    [InlineData("80    <... execve resumed>)             = 0")]
    [InlineData("71    rename(\"/var/lib/execve(\", \"/x\") = 0")]
    [InlineData("71    +++ exited with 0 +++")]
    public void Spawns_ThreadOrSomethingElse_IsNone(string line) => Assert.Empty(new TracedCalls(line).Spawns);

    [Fact]
    public void Programs_Executions_AreNamed() =>
        Assert.Equal(["/bin/a", "b"], new TracedCalls("1 execve(\"/bin/a\", []) = 0\n1 execveat(AT_FDCWD, \"b\", []) = 0\n").Programs);
}
