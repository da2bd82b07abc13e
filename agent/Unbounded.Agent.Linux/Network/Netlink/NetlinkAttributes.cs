using System.Buffers.Binary;
using System.Text;

namespace Unbounded.Agent.Linux.Network.Netlink;

/// <summary>Reads attributes (struct nlattr, linux/netlink.h): length, type, payload, padded to four bytes. Whatever is malformed ends the list.</summary>
internal readonly ref struct NetlinkAttributes
{
    private const int HeaderBytes = 4;
    private const ushort TypeMask = 0x3fff;
    private readonly ReadOnlySpan<byte> _data;

    internal NetlinkAttributes(ReadOnlySpan<byte> data) => _data = data;

    /// <summary>The payload of the first attribute of a type; empty when there is none.</summary>
    internal ReadOnlySpan<byte> this[ushort type]
    {
        get
        {
            foreach (var (found, payload) in this)
            {
                if (found == type)
                    return payload;
            }

            return default;
        }
    }

    internal bool Has(ushort type)
    {
        foreach (var (found, _) in this)
        {
            if (found == type)
                return true;
        }

        return false;
    }

    /// <summary>A string attribute, without its terminator; null when there is none.</summary>
    internal string? Text(ushort type)
    {
        var payload = this[type];
        return payload.IsEmpty ? null : Encoding.UTF8.GetString(payload.TrimEnd((byte)0));
    }

    /// <summary>An attribute of four bytes in the host's order; null when there is none.</summary>
    internal uint? Number(ushort type)
    {
        var payload = this[type];
        return payload.Length < sizeof(uint) ? null : BinaryPrimitives.ReadUInt32LittleEndian(payload);
    }

    internal NetlinkAttributes Nested(ushort type) => new(this[type]);

    public Enumerator GetEnumerator() => new(_data);

    internal ref struct Enumerator(ReadOnlySpan<byte> data)
    {
        private ReadOnlySpan<byte> _rest = data;
        private ushort _type;
        private ReadOnlySpan<byte> _payload;

        public readonly NetlinkAttribute Current => new(_type, _payload);

        public bool MoveNext()
        {
            if (_rest.Length < HeaderBytes)
                return false;
            var length = BinaryPrimitives.ReadUInt16LittleEndian(_rest);
            if (length < HeaderBytes || length > _rest.Length)
                return false;
            _type = (ushort)(BinaryPrimitives.ReadUInt16LittleEndian(_rest[2..]) & TypeMask);
            _payload = _rest[HeaderBytes..length];
            var aligned = (length + 3) & ~3;
            _rest = aligned >= _rest.Length ? default : _rest[aligned..];
            return true;
        }
    }
}
