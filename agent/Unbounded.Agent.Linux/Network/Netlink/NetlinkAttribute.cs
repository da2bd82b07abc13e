namespace Unbounded.Agent.Linux.Network.Netlink;

/// <summary>One attribute.</summary>
internal readonly ref struct NetlinkAttribute(ushort type, ReadOnlySpan<byte> payload)
{
    private readonly ReadOnlySpan<byte> _payload = payload;

    public void Deconstruct(out ushort foundType, out ReadOnlySpan<byte> foundPayload)
    {
        foundType = type;
        foundPayload = _payload;
    }
}
