using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.Kernel;

namespace Unbounded.Agent.Linux.Files;

/// <summary>
/// Overwrites a file in its own blocks: for files that a boot loader finds by their blocks, and for file systems whose rename is not atomic (FAT). The
/// file is never truncated, never grows, and its directory entry is not touched. What one sector holds is written whole or not at all; nothing more is
/// promised.
/// </summary>
public static unsafe class InPlaceFile
{
    /// <summary>The unit that a disk writes whole, in bytes.</summary>
    public const int Sector = 512;

    private const int DataSync = 0x1000;

    /// <summary>Overwrites one sector at the beginning of a file, with one synced write.</summary>
    /// <param name="path">The file, which must be there and at least a sector long. A symbolic link is not followed.</param>
    /// <param name="sector">Exactly one sector.</param>
    /// <exception cref="AgentException">It is missing, too short, or can't be written.</exception>
    public static void WriteFirstSector(string path, ReadOnlySpan<byte> sector)
    {
        if (sector.Length != Sector)
            throw new ArgumentException($"{sector.Length} bytes are no sector", nameof(sector));
        using var file = Open(path);
        fixed (byte* start = sector)
        {
            while (true)
            {
                var written = Libc.PWrite(file, start, Sector, 0);
                if (written == Sector)
                    break;
                if (written >= 0)
                    throw KernelError.From(Errno.EIO, "pwrite", $"{path} took {written} of {Sector} bytes", path);
                if (Marshal.GetLastPInvokeError() != Errno.EINTR)
                    throw KernelError.FromLast("pwrite", $"{path} could not be written", path);
            }
        }

        // O_DSYNC has made the sector durable; what fsync(2) adds is the device's word that its cache was flushed, where a file system leaves that out.
        KernelFile.Sync(file, path);
    }

    /// <summary>
    /// Creates a file that is missing or beyond use, and syncs it and its directory. A power cut may leave it empty: only for a file with a good copy
    /// beside it.
    /// </summary>
    /// <param name="path">The file. A symbolic link is not followed.</param>
    /// <param name="content">All of it.</param>
    /// <exception cref="AgentException">It can't be written.</exception>
    public static void Renew(string path, ReadOnlySpan<byte> content)
    {
        const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
        using (var file = KernelFile.Open(path, OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Truncate | OpenFlags.NoFollow, Mode))
        {
            KernelFile.Write(file, content, path);
            KernelFile.Sync(file, path);
        }

        var parent = Path.GetDirectoryName(path)!;
        using var directory = KernelFile.Open(parent, OpenFlags.ReadOnly | OpenFlags.Directory);
        KernelFile.Sync(directory, parent);
    }

    private static SafeFileHandle Open(string path)
    {
        var file = KernelFile.Open(path, OpenFlags.ReadWrite | OpenFlags.NoFollow | DataSync);
        try
        {
            var status = FileStatus.Get(file, path);
            return status is { Type: FileKind.Regular, Size: >= Sector }
                ? file
                : throw new AgentException(
                    LinuxErrors.WrongFileType,
                    $"{path} can't be overwritten in place",
                    status.Type == FileKind.Regular ? $"it has {status.Size} bytes, less than a sector" : "it is no regular file",
                    $"Create {path} anew, in its full length");
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }
}
