using Unbounded.Agent.Core.Errors;

namespace Unbounded.Agent.Images.Archives;

/// <summary>Makes one entry of its header, the extended headers before it, and the map that may follow it.</summary>
internal sealed class TarEntryParser(string archive, long position, TarCursor cursor, PaxAttributes pax, byte[]? longName, byte[]? longTarget)
{
    /// <summary>chown(2) takes the largest number as "leave it".</summary>
    private const long LargestId = uint.MaxValue - 1;

    internal TarEntry Parse(TarHeader header, long size, out long dataLength)
    {
        var name = pax["GNU.sparse.name"]?.ToArray() ?? pax["path"]?.ToArray() ?? longName ?? header.GetName();
        var target = pax["linkpath"]?.ToArray() ?? longTarget ?? header.LinkTarget.ToArray();
        var type = TypeOf(header.Type, name);
        if (!header.TryGetMode(out var mode) || !header.TryGetUid(out var uid) || !header.TryGetGid(out var gid)
            || !header.TryGetTime(out var seconds) || !header.TryGetDevice(out var major, out var minor))
            throw Malformed(name, "a field is no number");
        var time = new TarTime(seconds, 0);
        if (pax["mtime"] is { } mtime && !TarNumber.TryParseTime(mtime.Span, out time))
            throw Malformed(name, "the time is no number");
        uid = Number("uid", name) ?? uid;
        gid = Number("gid", name) ?? gid;
        size = Number("size", name) ?? size;
        if (uid is < 0 or > LargestId || gid is < 0 or > LargestId)
            throw Malformed(name, "the owner or group is no id");
        if (size < 0 || major is < 0 or > uint.MaxValue || minor is < 0 or > uint.MaxValue)
            throw Malformed(name, "a number is out of range");

        // Only files have data; what other types say of a size means nothing (POSIX). GNU's 'D' is a directory with a list as data.
        dataLength = type == TarEntryType.RegularFile || header.Type == 'D' ? size : 0;
        var length = dataLength;
        var segments = type == TarEntryType.RegularFile ? Segments(header, name, ref length, ref dataLength) : null;
        return new TarEntry
        {
            Type = type,
            Name = name,
            LinkTarget = target,
            Mode = (UnixFileMode)(mode & 0xfff),
            Uid = (uint)uid,
            Gid = (uint)gid,
            ModificationTime = time,
            Length = type == TarEntryType.RegularFile ? length : 0,
            Segments = segments,
            DeviceMajor = (uint)major,
            DeviceMinor = (uint)minor,
            Attributes = pax.GetExtendedAttributes(),
            AccessAcl = pax["SCHILY.acl.access"]?.ToArray(),
            DefaultAcl = pax["SCHILY.acl.default"]?.ToArray(),
        };
    }

    private TarEntryType TypeOf(byte type, ReadOnlySpan<byte> name) => (char)type switch
    {
        // Before POSIX, a directory was a file whose name ends in a slash.
        '0' or '\0' or '7' => name.EndsWith("/"u8) ? TarEntryType.Directory : TarEntryType.RegularFile,
        'S' => TarEntryType.RegularFile,
        '1' => TarEntryType.HardLink,
        '2' => TarEntryType.SymbolicLink,
        '3' => TarEntryType.CharacterDevice,
        '4' => TarEntryType.BlockDevice,
        '5' or 'D' => TarEntryType.Directory,
        '6' => TarEntryType.Fifo,
        _ => throw ArchiveError.UnsupportedEntry(archive, name, type),
    };

    private List<SparseSegment>? Segments(TarHeader header, byte[] name, ref long length, ref long dataLength)
    {
        List<SparseSegment>? map;
        if (header.Type == 'S')
        {
            if (!TarNumber.TryParseField(header.SparseRealSize, out length))
                throw Malformed(name, "the size of the sparse file is no number");
            map = OldSegments(header);
        }
        else if (pax["GNU.sparse.major"] is { } major && !major.Span.SequenceEqual("0"u8))
        {
            if (!major.Span.SequenceEqual("1"u8) || pax["GNU.sparse.minor"]?.Span.SequenceEqual("0"u8) != true)
                throw Malformed(name, "its sparse form is not known");
            length = Number("GNU.sparse.realsize", name) ?? throw Malformed(name, "the size of the sparse file is missing");
            map = SparseMap.FromData(cursor, ref dataLength);
        }
        else if (pax["GNU.sparse.map"] is { } list)
        {
            length = Number("GNU.sparse.size", name) ?? throw Malformed(name, "the size of the sparse file is missing");
            map = SparseMap.FromList(list.Span);
        }
        else if (pax["GNU.sparse.size"] is not null)
        {
            length = Number("GNU.sparse.size", name)!.Value;
            map = SparseMap.FromPairs(pax.SparsePairs);
        }
        else
        {
            return null;
        }

        if (map is null || length < 0 || !SparseMap.IsValid(map, length, dataLength))
            throw Malformed(name, "the map of the sparse file is damaged");
        return map;
    }

    private List<SparseSegment>? OldSegments(TarHeader header)
    {
        var map = new List<SparseSegment>();
        var valid = SparseMap.AddOld(map, header.SparseSegments);
        // The header's block is gone once the next is read.
        for (var more = header.SparseIsExtended; more && valid;)
        {
            var block = cursor.ReadBlock();
            valid = SparseMap.AddOld(map, block[..(21 * SparseMap.OldSegmentSize)]);
            more = block[504] != 0;
        }

        return valid ? map : null;
    }

    private long? Number(string key, ReadOnlySpan<byte> name)
    {
        if (pax[key] is not { } text)
            return null;
        return TarNumber.TryParseDecimal(text.Span, out var number) ? number : throw Malformed(name, $"its {key} is no number");
    }

    private AgentException Malformed(ReadOnlySpan<byte> name, string why) =>
        name.IsEmpty ? ArchiveError.Malformed(archive, position, why) : ArchiveError.Malformed(archive, name, why);
}
