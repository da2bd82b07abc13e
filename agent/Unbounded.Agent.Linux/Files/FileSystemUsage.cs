using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.Kernel;

namespace Unbounded.Agent.Linux.Files;

/// <summary>Space of a file system (statvfs(3)), as an unprivileged writer would see it.</summary>
/// <param name="TotalBytes">Its size.</param>
/// <param name="AvailableBytes">What can still be written.</param>
/// <param name="TotalInodes">Its inodes; 0 where they are not limited (btrfs).</param>
/// <param name="AvailableInodes">Inodes that can still be created; <see cref="long.MaxValue"/> where they are not limited.</param>
/// <param name="IsReadOnly">Whether it is mounted read-only.</param>
public sealed record FileSystemUsage(long TotalBytes, long AvailableBytes, long TotalInodes, long AvailableInodes, bool IsReadOnly)
{
    private const ulong ReadOnlyFlag = 1;

    /// <summary>The space of the file system that holds a path.</summary>
    /// <param name="path">An existing file or directory.</param>
    /// <exception cref="AgentException">The path is missing or its file system does not answer.</exception>
    public static unsafe FileSystemUsage Of(string path)
    {
        using var file = KernelFile.Open(path, OpenFlags.Path);
        Libc.StatVfs result;
        if (Libc.FStatVfs(file, &result) != 0)
            throw KernelError.FromLast("fstatvfs", $"The free space of {path} could not be read", path);
        return new FileSystemUsage(
            Clamp((UInt128)result.Blocks * result.FragmentSize),
            Clamp((UInt128)result.BlocksAvailable * result.FragmentSize),
            Clamp(result.Files),
            result.Files == 0 ? long.MaxValue : Clamp(result.FilesAvailable),
            (result.Flags & ReadOnlyFlag) != 0);
    }

    private static long Clamp(UInt128 value) => value > long.MaxValue ? long.MaxValue : (long)value;
}
