using System.Runtime.InteropServices;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.Kernel;

namespace Unbounded.Agent.Linux.Processes;

/// <summary>
/// A process held by its file descriptor (pidfd_open(2)): the number can't be reused under it, and its end is a signal, on cgroup v1 hosts too.
/// </summary>
public sealed partial class PidFd : IDisposable
{
    private const int SysPidFdSendSignal = 424;
    private const int SysPidFdOpen = 434;
    private const int NoSuchProcess = 3;
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
    /// <exception cref="AgentException">The kernel refuses: too many open files, say. The process may well live.</exception>
    public static PidFd? TryOpen(int pid)
    {
        var fd = (int)OpenCall(SysPidFdOpen, pid, 0);
        if (fd >= 0)
            return new PidFd(pid, fd);
        var errno = Marshal.GetLastPInvokeError();
        return errno == NoSuchProcess
            ? null
            : throw KernelError.From(errno, "pidfd_open", $"Process {pid} could not be opened", $"/proc/{pid}");
    }

    /// <summary>Opens those of some processes that still live.</summary>
    /// <exception cref="AgentException">The kernel refuses to open one that lives.</exception>
    public static IReadOnlyList<PidFd> OpenAll(IEnumerable<int> pids)
    {
        var opened = new List<PidFd>();
        try
        {
            foreach (var pid in pids)
            {
                if (TryOpen(pid) is { } process)
                    opened.Add(process);
            }

            return opened;
        }
        catch
        {
            opened.ForEach(p => p.Dispose());
            throw;
        }
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
            if (!process.Wait(() => timeout - time.GetElapsedTime(start)))
                return false;
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

    private bool Wait(Func<TimeSpan> left)
    {
        while (true)
        {
            var poll = new PollFd { Descriptor = _fd, Events = PollIn };
            var ready = Poll(ref poll, 1, (int)Math.Clamp(Math.Ceiling(left().TotalMilliseconds), 0, int.MaxValue));
            // A signal to the agent must not cut the grace of a pod short.
            if (ready >= 0 || Marshal.GetLastPInvokeError() != Errno.EINTR)
                return ready > 0;
        }
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
