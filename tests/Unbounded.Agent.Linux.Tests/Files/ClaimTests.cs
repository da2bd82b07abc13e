using System.Diagnostics;
using Unbounded.Agent.Linux.Files;
using Unbounded.Agent.Linux.Kernel;

namespace Unbounded.Agent.Linux.Tests.Files;

public sealed class ClaimTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void IsHeld_WhileItsCreatorLives_IsTrue()
    {
        var path = _directory.File("claim");
        Assert.False(Claim.IsHeld(path));
        using (Claim.Create(path))
            Assert.True(Claim.IsHeld(path));
        Assert.False(Claim.IsHeld(path));
        Assert.False(File.Exists(path));
    }

    [Fact]
    public void IsHeld_FileOfADeadProcess_IsFalseAndCanBeTakenOver()
    {
        var path = _directory.File("claim");
        File.WriteAllText(path, "");
        Assert.False(Claim.IsHeld(path));
        using var claim = Claim.Create(path);
        Assert.True(Claim.IsHeld(path));
    }

    [Fact]
    public async Task Create_HeldByAnother_WaitsForIt()
    {
        var path = _directory.File("claim");
        var first = Claim.Create(path);
        var second = Task.Run(() => Claim.Create(path));
        // The kernel lists it among those that wait for the lock.
        var inode = $":{FileStatus.TryGet(path)!.Value.Inode} ";
        var started = Stopwatch.GetTimestamp();
        while (!(await File.ReadAllLinesAsync("/proc/locks")).Any(l => l.Contains("->", StringComparison.Ordinal) && l.Contains(inode, StringComparison.Ordinal)))
            Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromMinutes(1));
        Assert.False(second.IsCompleted);
        first.Dispose();
        using (await second)
            Assert.True(Claim.IsHeld(path));
    }

    [Fact]
    public void IsHeld_AfterItsProcessWasKilled_IsFalse()
    {
        var path = _directory.File("claim");
        // Python's lockf takes the classic record lock, which stands in the way of ours as another process's does.
        using var process = Process.Start(new ProcessStartInfo("python3", ["-c", $"import fcntl,sys; f=open('{path}','w'); fcntl.lockf(f,fcntl.LOCK_EX); print('held',flush=True); sys.stdin.read()"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!;
        Assert.Equal("held", process.StandardOutput.ReadLine());
        Assert.True(Claim.IsHeld(path));
        process.Kill();
        process.WaitForExit();
        Assert.False(Claim.IsHeld(path));
    }
}
