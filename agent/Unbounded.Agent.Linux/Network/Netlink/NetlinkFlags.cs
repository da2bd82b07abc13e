namespace Unbounded.Agent.Linux.Network.Netlink;

/// <summary>nlmsg_flags and message types that every family has, linux/netlink.h.</summary>
internal static class NetlinkFlags
{
    internal const ushort Request = 0x1;
    internal const ushort Ack = 0x4;
    internal const ushort Dump = 0x300;
    internal const ushort DumpInterrupted = 0x10;

    internal const ushort TypeError = 2;
    internal const ushort TypeDone = 3;
}
