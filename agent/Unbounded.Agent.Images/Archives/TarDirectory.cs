using System.Text;
using Microsoft.Win32.SafeHandles;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.Kernel;

namespace Unbounded.Agent.Images.Archives;

/// <summary>
/// Finds the files of an archive without reading them: a header is read, and what follows it passed over. For archives of a few files that are not compressed;
/// names up to 255 bytes, as GNU tar, bsdtar and Python write them.
/// </summary>
public static class TarDirectory
{
    private const int BlockBytes = 512;
    private const int LargestHeader = 64 * 1024;

    /// <summary>Lists the regular files of an archive.</summary>
    /// <param name="path">The archive.</param>
    /// <param name="most">An archive with more entries is refused.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="AgentException">It is no such archive, or cut off.</exception>
    public static IReadOnlyList<TarMember> Read(string path, int most, CancellationToken cancellationToken)
    {
        using var file = KernelFile.Open(path, OpenFlags.ReadOnly | OpenFlags.NonBlock);
        if (FileStatus.Get(file, path).Type != FileKind.Regular)
            throw new AgentException(ImageErrors.UnknownFormat, $"{path} could not be read", "it is no regular file", "Give a tar archive that is not compressed.");
        var members = new List<TarMember>();
        var length = RandomAccess.GetLength(file);
        var block = new byte[BlockBytes];
        string? longName = null;
        long at = 0;
        for (var entries = 0; ; entries++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (RandomAccess.Read(file, block, at) != BlockBytes)
                throw ArchiveError.Truncated(path, at);
            if (TarHeader.IsEnd(block))
                return longName is null ? members : throw ArchiveError.Truncated(path, at);
            if (!TarHeader.TryParse(block, out var header) || !header.TryGetSize(out var size) || size < 0)
                throw ArchiveError.Malformed(path, at, "there is no header of a tar archive that is not compressed");
            if (entries >= most)
                throw ArchiveError.Malformed(path, at, $"there are more than {most} entries");
            var data = at + BlockBytes;
            if (size > length - data)
                throw ArchiveError.Truncated(path, length);
            switch ((char)header.Type)
            {
                case 'L':
                    longName = Text(Content(file, path, data, size)).TrimEnd('\0');
                    break;
                case 'x':
                    longName = OfRecords(PaxRecord.ParseAll(Content(file, path, data, size)) ?? throw ArchiveError.Malformed(path, at, "an extended header is damaged"), path, at) ?? longName;
                    break;
                case '0' or '7' or '\0':
                    var name = longName ?? Text(header.GetName());
                    members.Add(new(name.StartsWith("./", StringComparison.Ordinal) ? name[2..] : name, data, size));
                    longName = null;
                    break;
                default:
                    longName = null;
                    break;
            }

            at = data + (size + BlockBytes - 1) / BlockBytes * BlockBytes;
        }
    }

    private static string? OfRecords(List<PaxRecord> records, string path, long at)
    {
        string? name = null;
        foreach (var record in records)
        {
            var key = Text(record.Key.Span);
            // A size that stands here is one of 8 GiB and more, which GNU tar writes into the header itself.
            if (key == "size" || key.StartsWith("GNU.sparse.", StringComparison.Ordinal))
                throw ArchiveError.Malformed(path, at, $"the extended header's '{key}' is not supported here: make it with tar --format=gnu, and without --sparse");
            name = key == "path" ? Text(record.Value.Span) : name;
        }

        return name;
    }

    private static byte[] Content(SafeFileHandle file, string path, long at, long size)
    {
        if (size > LargestHeader)
            throw ArchiveError.Malformed(path, at, "an extended header is too large");
        var content = new byte[size];
        return RandomAccess.Read(file, content, at) == size ? content : throw ArchiveError.Truncated(path, at);
    }

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);
}
