using System.Diagnostics;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.Locks;
using Unbounded.Agent.Linux.Tests.Files;
using Unbounded.Agent.Linux.Tests.Support;

namespace Unbounded.Agent.Linux.Tests.Locks;

public sealed class AgentLockTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly ManualTime _time = new();

    private string LockFile => _directory.File("agent.lock");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Take_FreeLock_IsHeldUntilDisposed()
    {
        using (AgentLock.Take(LockFile, "install", _time))
            Assert.NotNull(AgentLock.Holder(LockFile));

        Assert.Null(AgentLock.Holder(LockFile));
        using var again = AgentLock.Take(LockFile, "install", _time);
    }

    // What a process that is being started has between its fork and its exec.
    [Fact]
    public void Dispose_ACopyOfTheDescriptorIsOpen_StillGivesTheLockBack()
    {
        var held = AgentLock.Take(LockFile, "install", _time);
        using var copy = Descriptors.CopyOf(LockFile);
        held.Dispose();

        Assert.Null(AgentLock.Holder(LockFile));
        using var again = AgentLock.Take(LockFile, "install", _time);
    }

    [Fact]
    public void Take_HeldLock_FailsAtOnceAndNamesTheHolder()
    {
        using var held = AgentLock.Take(LockFile, "install", _time);

        var error = Assert.Throws<AgentException>(() => AgentLock.Take(LockFile, "rollback", _time));

        Assert.Equal(LinuxErrors.Locked, error.Code);
        Assert.Equal(ErrorKind.Busy, error.Code.Kind);
        Assert.Contains($"process {Environment.ProcessId} (unbounded-agent install)", error.Why, StringComparison.Ordinal);
        Assert.Contains("since 2026-01-02T03:04:05Z", error.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void Take_FailedAttempt_LeavesTheHoldersNameAlone()
    {
        using var held = AgentLock.Take(LockFile, "install", _time);
        Assert.Throws<AgentException>(() => AgentLock.Take(LockFile, "rollback", _time));

        Assert.Equal(new LockHolder(Environment.ProcessId, "install", _time.GetUtcNow()), AgentLock.Holder(LockFile));
    }

    [Fact]
    public async Task Take_LockOfAnotherProcess_FailsUntilThatIsKilled()
    {
        using var other = await HoldInAnotherProcess();

        var error = Assert.Throws<AgentException>(() => AgentLock.Take(LockFile, "install", _time));
        Assert.Equal(LinuxErrors.Locked, error.Code);
        Assert.Contains("has not said who it is", error.Why, StringComparison.Ordinal);
        Assert.Equal("unknown", AgentLock.Holder(LockFile)?.Command);

        other.Kill(entireProcessTree: true);
        await other.WaitForExitAsync();
        using var taken = AgentLock.Take(LockFile, "install", _time);
    }

    [Fact]
    public void Take_HeldHere_KeepsAnotherProcessOut()
    {
        using var held = AgentLock.Take(LockFile, "install", _time);

        using var other = Process.Start("flock", ["--nonblock", "--conflict-exit-code", "42", LockFile, "true"]);
        other.WaitForExit();

        Assert.Equal(42, other.ExitCode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("""{"pid":2147483647,"command":"install","since":"2026-01-01T00:00:00+00:00"}""")]
    public async Task Take_HeldWithAStaleOrBrokenName_StillFailsAsBusy(string content)
    {
        await File.WriteAllTextAsync(LockFile, content);
        using var other = await HoldInAnotherProcess();

        var error = Assert.Throws<AgentException>(() => AgentLock.Take(LockFile, "install", _time));

        Assert.Equal(LinuxErrors.Locked, error.Code);
        Assert.DoesNotContain("2147483647", error.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void Take_ThroughASymbolicLink_IsRefused()
    {
        File.CreateSymbolicLink(LockFile, _directory.File("elsewhere"));

        Assert.Equal(LinuxErrors.WrongFileType, Assert.Throws<AgentException>(() => AgentLock.Take(LockFile, "install", _time)).Code);
        Assert.False(File.Exists(_directory.File("elsewhere")));
    }

    [Fact]
    public void Take_InAMissingDirectory_SaysSo() =>
        Assert.Equal(LinuxErrors.NotFound, Assert.Throws<AgentException>(() => AgentLock.Take(_directory.File("a/b"), "install", _time)).Code);

    [Fact]
    public void Holder_NoFile_IsNobody() => Assert.Null(AgentLock.Holder(LockFile));

    [Fact]
    public void Holder_OfAFreeLock_DoesNotMakeATakerFail()
    {
        File.WriteAllText(LockFile, "{}");

        Assert.Null(AgentLock.Holder(LockFile));
        using var taken = AgentLock.Take(LockFile, "install", _time);
    }

    [Fact]
    public void Take_NoFile_MakesOneThatNobodyElseCouldLock()
    {
        using var taken = AgentLock.Take(LockFile, "install", _time);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(LockFile));
    }

    [Fact]
    public void Take_FileThatEverybodyMayOpen_BecomesItsOwnersAlone()
    {
        File.WriteAllText(LockFile, "");
        File.SetUnixFileMode(LockFile, (UnixFileMode)0b110_100_100);

        using var taken = AgentLock.Take(LockFile, "install", _time);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(LockFile));
    }

    // It ends when its input does: however a test ends, nothing is left behind.
    private async Task<Process> HoldInAnotherProcess()
    {
        var process = Process.Start(new ProcessStartInfo("flock", ["--close", LockFile, "sh", "-c", "echo held; exec cat"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!;
        Assert.Equal("held", await process.StandardOutput.ReadLineAsync());
        return process;
    }
}
