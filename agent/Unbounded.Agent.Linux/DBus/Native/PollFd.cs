using System.Runtime.InteropServices;

namespace Unbounded.Agent.Linux.DBus.Native;

/// <summary>poll(2)'s <c>struct pollfd</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PollFd
{
    internal int Fd;
    internal short Events;
    internal short Returned;
}
