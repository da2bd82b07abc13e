using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Unbounded.Agent.Images.Unpacking;

/// <summary>
/// An access control list in the text form of acl(5), as tar archives keep it, and in the binary form of the kernel
/// (linux/posix_acl_xattr.h).
/// </summary>
internal sealed class PosixAcl
{
    private const uint Version = 2;
    private const int HeaderSize = 4;
    private const int EntrySize = 8;
    private const uint NoId = uint.MaxValue;
    private const int MostEntries = 1024;

    private readonly List<Entry> _entries;

    private PosixAcl(List<Entry> entries) => _entries = entries;

    private enum Tag : ushort
    {
        None = 0,
        Owner = 0x01,
        User = 0x02,
        OwningGroup = 0x04,
        Group = 0x08,
        Mask = 0x10,
        Other = 0x20,
    }

    /// <summary>Whether it names users or groups that it gives no number for.</summary>
    internal bool HasNames => _entries.Exists(static e => e.Name is not null);

    /// <summary>Parses entries between commas or line ends, long or short; null when one is damaged.</summary>
    internal static PosixAcl? TryParse(ReadOnlySpan<byte> text)
    {
        var entries = new List<Entry>();
        foreach (var line in Encoding.UTF8.GetString(text).Split([',', '\n'], StringSplitOptions.RemoveEmptyEntries))
        {
            // What follows a # is the effective rights, for people.
            var comment = line.IndexOf('#', StringComparison.Ordinal);
            var entry = (comment < 0 ? line : line[..comment]).Trim();
            if (entry.Length == 0)
                continue;
            if (entries.Count == MostEntries || ParseEntry(entry.Split(':')) is not { } parsed)
                return null;
            entries.Add(parsed);
        }

        // The kernel wants them in this order.
        entries.Sort(static (a, b) => a.Tag != b.Tag ? a.Tag.CompareTo(b.Tag) : a.Id.CompareTo(b.Id));
        return new PosixAcl(entries);
    }

    internal byte[] ToBytes() => ToBytes(UserDatabase.Empty, out _)!;

    /// <summary>The kernel's form; null when a name is not known.</summary>
    internal byte[]? ToBytes(UserDatabase names, out string? unknown)
    {
        unknown = null;
        var resolved = new List<Entry>(_entries.Count);
        foreach (var entry in _entries)
        {
            if (entry.Name is null)
            {
                resolved.Add(entry);
                continue;
            }

            if ((entry.Tag == Tag.User ? names.UserId(entry.Name) : names.GroupId(entry.Name)) is not { } id)
            {
                unknown = entry.Name;
                return null;
            }

            resolved.Add(entry with { Id = id, Name = null });
        }

        resolved.Sort(static (a, b) => a.Tag != b.Tag ? a.Tag.CompareTo(b.Tag) : a.Id.CompareTo(b.Id));
        var bytes = new byte[HeaderSize + (resolved.Count * EntrySize)];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, Version);
        for (var i = 0; i < resolved.Count; i++)
        {
            var at = bytes.AsSpan(HeaderSize + (i * EntrySize));
            BinaryPrimitives.WriteUInt16LittleEndian(at, (ushort)resolved[i].Tag);
            BinaryPrimitives.WriteUInt16LittleEndian(at[2..], resolved[i].Permissions);
            BinaryPrimitives.WriteUInt32LittleEndian(at[4..], resolved[i].Id);
        }

        return bytes;
    }

    private static Entry? ParseEntry(string[] fields)
    {
        // tag:name:rights, and with star's and libarchive's extension tag:name:rights:number. "mask" and "other" may leave the name out.
        if (fields.Length == 2 && fields[0] is "m" or "mask" or "o" or "other")
            fields = [fields[0], string.Empty, fields[1]];
        if (fields.Length is not (3 or 4) || ParsePermissions(fields[2]) is not { } permissions)
            return null;
        var name = fields[1];
        var tag = (fields[0], name.Length == 0) switch
        {
            ("u" or "user", true) => Tag.Owner,
            ("u" or "user", false) => Tag.User,
            ("g" or "group", true) => Tag.OwningGroup,
            ("g" or "group", false) => Tag.Group,
            ("m" or "mask", true) => Tag.Mask,
            ("o" or "other", true) => Tag.Other,
            _ => Tag.None,
        };
        if (tag == Tag.None)
            return null;
        if (tag is not (Tag.User or Tag.Group))
            return new Entry(tag, permissions, NoId, null);
        if (uint.TryParse(fields.Length == 4 ? fields[3] : name, out var id))
            return id == NoId ? null : new Entry(tag, permissions, id, null);
        return fields.Length == 4 ? null : new Entry(tag, permissions, NoId, name);
    }

    private static ushort? ParsePermissions(string text)
    {
        ushort permissions = 0;
        foreach (var c in text)
        {
            ushort? bit = c switch { 'r' => 4, 'w' => 2, 'x' => 1, '-' => 0, _ => null };
            if (bit is null)
                return null;
            permissions |= bit.Value;
        }

        return text.Length is > 0 and <= 3 ? permissions : null;
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Entry(Tag Tag, ushort Permissions, uint Id, string? Name);
}
