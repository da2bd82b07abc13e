using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Unbounded.Agent.Linux.Kernel;

/// <summary>What statx(2) says of a file.</summary>
/// <param name="Type">The kind of file.</param>
/// <param name="Permissions">Permission, setuid, setgid and sticky bits.</param>
/// <param name="Uid">Owner.</param>
/// <param name="Gid">Group.</param>
/// <param name="Size">Bytes.</param>
/// <param name="AllocatedBytes">Bytes on disk.</param>
/// <param name="LinkCount">Hard links.</param>
/// <param name="Inode">Inode number.</param>
/// <param name="Device">The file system's device number, major and minor.</param>
/// <param name="SpecialDevice">The device a device node stands for, major and minor.</param>
/// <param name="ModificationSeconds">Modification time, seconds since 1970.</param>
/// <param name="ModificationNanoseconds">Modification time, nanoseconds of the second.</param>
/// <param name="ChangeSeconds">Time of the last change of content or attributes, seconds since 1970. No program can set it.</param>
/// <param name="ChangeNanoseconds">The same, nanoseconds of the second.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct FileStatus(
    FileKind Type,
    UnixFileMode Permissions,
    uint Uid,
    uint Gid,
    long Size,
    long AllocatedBytes,
    uint LinkCount,
    ulong Inode,
    (uint Major, uint Minor) Device,
    (uint Major, uint Minor) SpecialDevice,
    long ModificationSeconds,
    uint ModificationNanoseconds,
    long ChangeSeconds,
    uint ChangeNanoseconds)
{
    internal const uint BasicStats = 0x7ff;
    private const int EmptyPath = 0x1000;
    private const int SymlinkNoFollow = 0x100;

    /// <summary>The status of a path; a symbolic link is not followed. Null when nothing is there.</summary>
    /// <exception cref="Core.Errors.AgentException">It can't be read.</exception>
    public static unsafe FileStatus? TryGet(string path)
    {
        StatXBuffer buffer;
        if (Libc.StatX(Libc.WorkingDirectory, path, SymlinkNoFollow, BasicStats, &buffer) == 0)
            return From(buffer);
        var errno = Marshal.GetLastPInvokeError();
        return errno is Errno.ENOENT or Errno.ENOTDIR
            ? null
            : throw KernelError.From(errno, "statx", $"{path} could not be examined", path);
    }

    /// <summary>The status of an open file.</summary>
    /// <exception cref="Core.Errors.AgentException">It can't be read.</exception>
    public static unsafe FileStatus Get(SafeFileHandle file, string pathForErrors)
    {
        StatXBuffer buffer;
        byte empty = 0;
        return Libc.StatX(file, &empty, EmptyPath, BasicStats, &buffer) == 0
            ? From(buffer)
            : throw KernelError.FromLast("statx", $"{pathForErrors} could not be examined", pathForErrors);
    }

    /// <summary>Whether both are the same inode of the same file system.</summary>
    public bool IsSameFileAs(FileStatus other) => Inode == other.Inode && Device == other.Device;

    internal static FileStatus From(in StatXBuffer s) => new(
        (FileKind)(s.Mode & 0xf000),
        (UnixFileMode)(s.Mode & 0xfff),
        s.Uid,
        s.Gid,
        (long)s.Size,
        (long)s.Blocks * 512,
        s.LinkCount,
        s.Inode,
        (s.DeviceMajor, s.DeviceMinor),
        (s.SpecialMajor, s.SpecialMinor),
        s.ModificationTime.Seconds,
        s.ModificationTime.Nanoseconds,
        s.ChangeTime.Seconds,
        s.ChangeTime.Nanoseconds);
}
