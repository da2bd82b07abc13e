using System.Runtime.InteropServices;

namespace Unbounded.Agent.Linux.DBus.Native;

/// <summary>The kernel calls of an event loop: poll(2), eventfd(2), clock_gettime(2).</summary>
internal static unsafe partial class Loop
{
    internal const short PollIn = 1;
    internal const short PollOut = 4;
    private const int ClockMonotonic = 1;
    private const int EventFdFlags = 0x80800; // EFD_CLOEXEC | EFD_NONBLOCK

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    internal static partial int Poll(PollFd* fds, nuint count, int timeoutMilliseconds);

    /// <summary>A new eventfd, or -1.</summary>
    internal static int NewEventFd() => EventFd(0, EventFdFlags);

    /// <summary>Wakes whoever polls <paramref name="eventFd"/>.</summary>
    internal static void Signal(int eventFd)
    {
        var one = 1UL;
        // EAGAIN means that the counter is full: the reader is awake already.
        _ = Write(eventFd, &one, sizeof(ulong));
    }

    /// <summary>Takes all signals of <paramref name="eventFd"/>.</summary>
    internal static void Drain(int eventFd)
    {
        ulong count;
        _ = Read(eventFd, &count, sizeof(ulong));
    }

    [LibraryImport("libc", EntryPoint = "close")]
    internal static partial int Close(int fd);

    /// <summary>Now, in microseconds of CLOCK_MONOTONIC, the clock of sd-bus' deadlines.</summary>
    internal static ulong MonotonicMicroseconds()
    {
        TimeSpec now;
        _ = ClockGetTime(ClockMonotonic, &now);
        return ((ulong)now.Seconds * 1_000_000) + ((ulong)now.Nanoseconds / 1_000);
    }

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    private static partial int EventFd(uint initial, int flags);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint Write(int fd, void* data, nuint size);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint Read(int fd, void* data, nuint size);

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int ClockGetTime(int clock, TimeSpec* now);

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        internal long Seconds;
        internal long Nanoseconds;
    }
}
