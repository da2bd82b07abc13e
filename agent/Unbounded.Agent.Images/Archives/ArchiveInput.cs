using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.Compression;

namespace Unbounded.Agent.Images.Archives;

/// <summary>Tells how an archive is compressed from its first bytes, whatever its name, and decompresses it.</summary>
internal static class ArchiveInput
{
    private const uint ZstdMagic = 0xfd2fb528;
    private const uint ZstdSkippable = 0x184d2a50;

    /// <summary>Formats that a user may well try, to be named in the refusal.</summary>
    private static readonly (byte[] Magic, string Name)[] Others =
    [
        ("BZh"u8.ToArray(), "bzip2"),
        ("PK\x03\x04"u8.ToArray(), "a zip file"),
        ("hsqs"u8.ToArray(), "a squashfs image"),
        ([(byte)'7', (byte)'z', 0xbc, 0xaf], "a 7z file"),
        ("!<arch>"u8.ToArray(), "a Debian package or ar file"),
        ("070701"u8.ToArray(), "a cpio file"),
        ([(byte)'Q', (byte)'F', (byte)'I', 0xfb], "a qcow2 disk image"),
        ([0x04, 0x22, 0x4d, 0x18], "lz4"),
        ([0x5d, 0x00, 0x00], "lzma"),
        ([0x1f, 0x9d], "compress (.Z)"),
        ([0x7f, (byte)'E', (byte)'L', (byte)'F'], "a program"),
    ];

    /// <summary>Opens an archive.</summary>
    /// <param name="source">Its bytes, as stored; disposed with the result.</param>
    /// <param name="name">What it is, for errors.</param>
    /// <param name="expandedSize">The size it says it expands to, null when it does not say.</param>
    /// <exception cref="AgentException">It is no archive of a known format.</exception>
    internal static Stream Open(Stream source, string name, out long? expandedSize)
    {
        var start = new byte[TarCursor.BlockSize];
        var length = source.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        var whole = new PrefixedStream(start.AsMemory(0, length), source);
        var format = FormatOf(start.AsSpan(0, length), name);
        expandedSize = format == ArchiveFormat.Zstd ? ZstdStream.ContentSize(start.AsSpan(0, length)) : null;
        return format switch
        {
            ArchiveFormat.Gzip => new GzipStream(whole, name),
            ArchiveFormat.Zstd => new ZstdStream(whole, name),
            ArchiveFormat.Xz => new XzStream(whole, name),
            _ => whole,
        };
    }

    internal static ArchiveFormat FormatOf(ReadOnlySpan<byte> start, string name)
    {
        if (start.StartsWith((ReadOnlySpan<byte>)[0x1f, 0x8b, 0x08]))
            return ArchiveFormat.Gzip;
        if (start.StartsWith((ReadOnlySpan<byte>)[0xfd, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0x00]))
            return ArchiveFormat.Xz;
        if (start.Length >= sizeof(uint))
        {
            var magic = System.Buffers.Binary.BinaryPrimitives.ReadUInt32LittleEndian(start);
            if (magic == ZstdMagic || (magic & 0xfffffff0) == ZstdSkippable)
                return ArchiveFormat.Zstd;
        }

        // An empty archive is blocks of zeros.
        if (start.Length == TarCursor.BlockSize && (TarHeader.IsEnd(start) || TarHeader.TryParse(start, out _)))
            return ArchiveFormat.Tar;
        throw new AgentException(
            ImageErrors.UnknownFormat,
            $"{name} could not be read",
            start.IsEmpty ? "it is empty" : $"it is {Describe(start)}, not a tar archive",
            "Give a tar archive, plain or compressed with gzip, zstd or xz.");
    }

    private static string Describe(ReadOnlySpan<byte> start)
    {
        foreach (var (magic, name) in Others)
        {
            if (start.StartsWith(magic))
                return name;
        }

        return start.Length < TarCursor.BlockSize ? "too short" : "of an unknown format";
    }
}
