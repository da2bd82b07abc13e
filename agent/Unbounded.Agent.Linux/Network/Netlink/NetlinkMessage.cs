namespace Unbounded.Agent.Linux.Network.Netlink;

/// <summary>One message from the kernel.</summary>
/// <param name="Type">nlmsg_type.</param>
/// <param name="Flags">nlmsg_flags.</param>
/// <param name="Payload">What follows the header: the family's own header and its attributes.</param>
internal sealed record NetlinkMessage(ushort Type, ushort Flags, byte[] Payload);
