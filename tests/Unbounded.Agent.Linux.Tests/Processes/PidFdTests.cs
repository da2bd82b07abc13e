using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.Processes;

namespace Unbounded.Agent.Linux.Tests.Processes;

public sealed partial class PidFdTests : IDisposable
{
    private const int SigTerm = 15;
    private const int SigKill = 9;
    private const int SigChild = 17;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);
    private readonly List<Process> _started = [];

    public void Dispose()
    {
        foreach (var process in _started)
        {
            process.Kill();
            process.WaitForExit();
            process.Dispose();
        }
    }

    [Fact]
    public void TryOpen_LivingProcess_IsHeld()
    {
        var process = Sleep();

        using var held = PidFd.TryOpen(process.Id);

        Assert.Equal(process.Id, held!.Pid);
        Assert.False(PidFd.WaitAll([held], TimeSpan.Zero, TimeProvider.System));
    }

    [Fact]
    public void TryOpen_ProcessThatHasEnded_IsNull()
    {
        var process = Sleep();
        process.Kill();
        process.WaitForExit();

        Assert.Null(PidFd.TryOpen(process.Id));
    }

    [Fact]
    public void Law10_TryOpen_KernelRefuses_IsAnErrorAndNotAnEndedProcess()
    {
        var e = Assert.Throws<AgentException>(() => PidFd.TryOpen(-5));

        Assert.Equal(LinuxErrors.CallFailed, e.Code);
    }

    [Fact]
    public void OpenAll_SomeHaveEnded_HoldsTheOthers()
    {
        var gone = Sleep();
        var here = Sleep();
        gone.Kill();
        gone.WaitForExit();

        var held = PidFd.OpenAll([gone.Id, here.Id]);

        Assert.Equal([here.Id], held.Select(p => p.Pid));
        held[0].Dispose();
    }

    [Fact]
    public void OpenAll_OneIsRefused_LeavesNoDescriptorOpen()
    {
        var here = Sleep();

        Assert.Throws<AgentException>(() => PidFd.OpenAll([here.Id, -5]));

        Assert.Equal(0, DescriptorsOf(here.Id));
        using var held = PidFd.TryOpen(here.Id);
        Assert.Equal(1, DescriptorsOf(here.Id));
    }

    [Fact]
    public void Signal_Term_EndsTheProcess()
    {
        var process = Sleep();
        using var held = PidFd.TryOpen(process.Id)!;

        held.Signal(SigTerm);

        Assert.True(PidFd.WaitAll([held], Limit, TimeProvider.System));
    }

    [Fact]
    public void Signal_ProcessThatHasEnded_IsNoError()
    {
        var process = Sleep();
        using var held = PidFd.TryOpen(process.Id)!;
        process.Kill();
        process.WaitForExit();

        held.Signal(SigKill);

        Assert.True(PidFd.WaitAll([held], TimeSpan.Zero, TimeProvider.System));
    }

    [Fact]
    public void WaitAll_OneLives_IsFalseWhenTheTimeIsOver()
    {
        var ended = Sleep();
        var lives = Sleep();
        using var first = PidFd.TryOpen(ended.Id)!;
        using var second = PidFd.TryOpen(lives.Id)!;
        ended.Kill();

        Assert.False(PidFd.WaitAll([first, second], TimeSpan.FromMilliseconds(50), TimeProvider.System));
        Assert.False(lives.HasExited);
    }

    [Fact]
    public void WaitAll_Nobody_IsTrue() => Assert.True(PidFd.WaitAll([], TimeSpan.Zero, TimeProvider.System));

    [Fact]
    public async Task Law10_WaitAll_SignalsToTheAgent_DoNotCutItShort()
    {
        var process = Sleep();
        using var held = PidFd.TryOpen(process.Id)!;
        var thread = 0;
        var wait = Task.Factory.StartNew(
            () =>
            {
                Volatile.Write(ref thread, GetThreadId());
                return PidFd.WaitAll([held], Limit, TimeProvider.System);
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref thread) != 0 && IsInPoll(thread), Limit));

        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(0, ThreadKill(Environment.ProcessId, thread, SigChild));
            Assert.True(SpinWait.SpinUntil(() => wait.IsCompleted || IsInPoll(thread), Limit));
        }

        Assert.False(wait.IsCompleted);
        process.Kill();
        Assert.True(await wait);
    }

    // pidfd_open(2): fdinfo tells whose descriptor it is. Others come and go beside this test.
    private static int DescriptorsOf(int pid) => Directory.GetFiles("/proc/self/fdinfo").Count(f =>
    {
        try
        {
            return File.ReadLines(f).Contains(string.Create(CultureInfo.InvariantCulture, $"Pid:\t{pid}"));
        }
        catch (IOException)
        {
            return false;
        }
    });

    private static bool IsInPoll(int thread)
    {
        // proc_pid_syscall(5): poll is 7 on x86-64, ppoll 73 on arm64.
        var call = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/self/task/{thread}/syscall")).Split(' ')[0];
        return call is "7" or "73";
    }

    private Process Sleep()
    {
        var process = Process.Start("/bin/sleep", "1000");
        _started.Add(process);
        return process;
    }

    [LibraryImport("libc", EntryPoint = "gettid")]
    private static partial int GetThreadId();

    [LibraryImport("libc", EntryPoint = "tgkill")]
    private static partial int ThreadKill(int process, int thread, int signal);
}
