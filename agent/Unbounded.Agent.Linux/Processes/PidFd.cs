using System.Runtime.InteropServices;

namespace Unbounded.Agent.Linux.Processes;

/// <summary>
/// A process held by its file descriptor (pidfd_open(2)): the number can't be reused under it, and its end is a signal, on cgroup v1 hosts too.
/// </summary>
public sealed partial class PidFd : IDisposable
{
    private const int SysPidFdSendSignal = 424;
    private const int SysPidFdOpen = 434;
    private const short PollIn = 1;
    private int _fd;

    private PidFd(int pid, int fd)
    {
        Pid = pid;
        _fd = fd;
    }

    /// <summary>The process ID, as the agent sees it.</summary>
    public int Pid { get; }

    /// <summary>Opens a process; null when there is none by now.</summary>
    public static PidFd? TryOpen(int pid)
    {
        var fd = (int)OpenCall(SysPidFdOpen, pid, 0);
        return fd < 0 ? null : new PidFd(pid, fd);
    }

    /// <summary>Sends a signal. A process that has ended by now is no error.</summary>
    public void Signal(int signal) => _ = SignalCall(SysPidFdSendSignal, _fd, signal, 0, 0);

    /// <summary>Waits until every process has ended or the time is over. Blocks its thread in poll(2).</summary>
    /// <returns>Whether all have ended.</returns>
    public static bool WaitAll(IReadOnlyList<PidFd> processes, TimeSpan timeout, TimeProvider time)
    {
        var start = time.GetTimestamp();
        foreach (var process in processes)
        {
            var left = timeout - time.GetElapsedTime(start);
            if (!process.Wait(left > TimeSpan.Zero ? left : TimeSpan.Zero))
            {
                return false;
            }
        }

        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_fd >= 0)
        {
            _ = Close(_fd);
            _fd = -1;
        }
    }

    private bool Wait(TimeSpan timeout)
    {
        var poll = new PollFd { Descriptor = _fd, Events = PollIn };
        return Poll(ref poll, 1, (int)Math.Min(int.MaxValue, Math.Ceiling(timeout.TotalMilliseconds))) > 0;
    }

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint OpenCall(nint number, nint pid, nint flags);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint SignalCall(nint number, nint fd, nint signal, nint info, nint flags);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll(ref PollFd fds, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int fd);

    [StructLayout(LayoutKind.Sequential)]
    private struct PollFd
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }
}
