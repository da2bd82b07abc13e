using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Unbounded.Agent.Linux.Network.Netlink;

/// <summary>Builds netlink messages one behind the other (struct nlmsghdr, struct nlattr, linux/netlink.h).</summary>
internal sealed class NetlinkWriter
{
    private readonly List<byte> _bytes = [];
    private int _message = -1;

    /// <summary>Begins a message; the one before it ends.</summary>
    internal NetlinkWriter Begin(ushort type, ushort flags, uint sequence, ReadOnlySpan<byte> payload)
    {
        Finish();
        _message = _bytes.Count;
        Span<byte> header = stackalloc byte[16];
        header.Clear();
        BinaryPrimitives.WriteUInt16LittleEndian(header[4..], type);
        BinaryPrimitives.WriteUInt16LittleEndian(header[6..], flags);
        BinaryPrimitives.WriteUInt32LittleEndian(header[8..], sequence);
        _bytes.AddRange(header);
        _bytes.AddRange(payload);
        Pad();
        return this;
    }

    internal NetlinkWriter Attribute(ushort type, ReadOnlySpan<byte> payload)
    {
        Span<byte> header = stackalloc byte[4];
        BinaryPrimitives.WriteUInt16LittleEndian(header, (ushort)(4 + payload.Length));
        BinaryPrimitives.WriteUInt16LittleEndian(header[2..], type);
        _bytes.AddRange(header);
        _bytes.AddRange(payload);
        Pad();
        return this;
    }

    /// <summary>A string with its terminator.</summary>
    internal NetlinkWriter Attribute(ushort type, string text) => Attribute(type, Encoding.UTF8.GetBytes(text + '\0'));

    /// <summary>Asks for an acknowledgement of the message that was begun last.</summary>
    internal void AskForAcknowledgement() => CollectionsMarshal.AsSpan(_bytes)[_message + 6] |= (byte)NetlinkFlags.Ack;

    internal byte[] ToArray()
    {
        Finish();
        return [.. _bytes];
    }

    private void Finish()
    {
        if (_message >= 0)
            BinaryPrimitives.WriteInt32LittleEndian(CollectionsMarshal.AsSpan(_bytes)[_message..], _bytes.Count - _message);
        _message = -1;
    }

    private void Pad()
    {
        while (_bytes.Count % 4 != 0)
            _bytes.Add(0);
    }
}
