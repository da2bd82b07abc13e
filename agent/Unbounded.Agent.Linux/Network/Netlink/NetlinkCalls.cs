using System.Runtime.InteropServices;

namespace Unbounded.Agent.Linux.Network.Netlink;

/// <summary>The C library's socket calls, as far as netlink(7) needs them.</summary>
internal static unsafe partial class NetlinkCalls
{
    internal const int Family = 16;
    internal const int Raw = 3;
    internal const int CloseOnExec = 0x80000;
    internal const int SocketLevel = 1;
    internal const int ReceiveTimeout = 20;
    internal const int ReceiveBuffer = 8;
    internal const int SendBufferForced = 32;
    internal const int Truncated = 0x20;

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    internal static partial int Socket(int family, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    internal static partial nint Send(SafeHandle socket, byte* data, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    internal static partial nint Receive(SafeHandle socket, byte* buffer, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    internal static partial int SetOption(SafeHandle socket, int level, int option, void* value, uint length);
}
