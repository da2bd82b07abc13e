using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Unbounded.Agent.Linux.Kernel;

/// <summary>
/// Calls relative to an open directory. Names are bytes, as the kernel has them. Every method returns the error
/// number, 0 for success: the callers, which know what they are doing to which entry, name the failure.
/// No method follows a symbolic link in the last component.
/// </summary>
[SkipLocalsInit]
public static unsafe class KernelAt
{
    private const int PathMax = 4096;
    private const long OmitTime = 0x3ffffffe;

    /// <summary>Opens a path with openat2(2); O_CLOEXEC is always set.</summary>
    public static int Open(
        SafeFileHandle directory, ReadOnlySpan<byte> path, int flags, UnixFileMode mode, PathResolution resolve, out SafeFileHandle? file)
    {
        var buffer = stackalloc byte[PathMax];
        file = null;
        if (Terminate(path, buffer) is not 0 and var invalid)
            return invalid;
        var how = new Libc.OpenHow
        {
            Flags = (ulong)(uint)(flags | OpenFlags.CloseOnExec),
            Mode = (flags & OpenFlags.Create) != 0 ? (uint)mode : 0,
            Resolve = (ulong)resolve,
        };
        while (true)
        {
            var fd = Libc.OpenAt2(Libc.OpenAt2Number, directory, buffer, &how, (nuint)sizeof(Libc.OpenHow));
            if (fd >= 0)
            {
                file = new SafeFileHandle((nint)fd, ownsHandle: true);
                return 0;
            }

            // EAGAIN: a rename anywhere on the system may have raced with the walk, openat2(2).
            if (Marshal.GetLastPInvokeError() is not (Errno.EINTR or Errno.EAGAIN) and var errno)
                return errno;
        }
    }

    /// <summary>Creates a regular file that must not exist yet, for reading and writing.</summary>
    public static int CreateFile(SafeFileHandle directory, ReadOnlySpan<byte> name, UnixFileMode mode, out SafeFileHandle? file)
    {
        var buffer = stackalloc byte[PathMax];
        file = null;
        if (Terminate(name, buffer) is not 0 and var invalid)
            return invalid;
        var flags = OpenFlags.ReadWrite | OpenFlags.Create | OpenFlags.Exclusive | OpenFlags.NoFollow | OpenFlags.CloseOnExec;
        var fd = Libc.OpenAt(directory, buffer, flags, (uint)mode);
        if (fd < 0)
            return Marshal.GetLastPInvokeError();
        file = new SafeFileHandle(fd, ownsHandle: true);
        return 0;
    }

    /// <summary>mkdirat(2).</summary>
    public static int MakeDirectory(SafeFileHandle directory, ReadOnlySpan<byte> name, UnixFileMode mode)
    {
        var buffer = stackalloc byte[PathMax];
        return Terminate(name, buffer) is not 0 and var invalid ? invalid : Result(Libc.MkDirAt(directory, buffer, (uint)mode));
    }

    /// <summary>symlinkat(2).</summary>
    public static int MakeSymbolicLink(ReadOnlySpan<byte> target, SafeFileHandle directory, ReadOnlySpan<byte> name)
    {
        var buffer = stackalloc byte[PathMax];
        var targetBuffer = stackalloc byte[PathMax];
        if (Terminate(name, buffer) is not 0 and var invalid)
            return invalid;
        if (Terminate(target, targetBuffer) is not 0 and var invalidTarget)
            return invalidTarget;
        return Result(Libc.SymLinkAt(targetBuffer, directory, buffer));
    }

    /// <summary>linkat(2).</summary>
    public static int MakeHardLink(SafeFileHandle fromDirectory, ReadOnlySpan<byte> from, SafeFileHandle toDirectory, ReadOnlySpan<byte> to)
    {
        var buffer = stackalloc byte[PathMax];
        var fromBuffer = stackalloc byte[PathMax];
        if (Terminate(to, buffer) is not 0 and var invalid)
            return invalid;
        if (Terminate(from, fromBuffer) is not 0 and var invalidFrom)
            return invalidFrom;
        return Result(Libc.LinkAt(fromDirectory, fromBuffer, toDirectory, buffer, 0));
    }

    /// <summary>mknodat(2): a device or named pipe.</summary>
    public static int MakeNode(SafeFileHandle directory, ReadOnlySpan<byte> name, FileKind kind, UnixFileMode mode, uint major, uint minor)
    {
        var buffer = stackalloc byte[PathMax];
        if (Terminate(name, buffer) is not 0 and var invalid)
            return invalid;
        // gnu_dev_makedev(3): 12 + 20 bits in the low 32, the rest above.
        var device = ((ulong)(major & 0xfffff000) << 32) | ((ulong)(major & 0xfff) << 8) | ((ulong)(minor & 0xffffff00) << 12) | (minor & 0xff);
        return Result(Libc.MkNodAt(directory, buffer, (uint)kind | (uint)mode, device));
    }

    /// <summary>unlinkat(2).</summary>
    /// <param name="directory">Where it is.</param>
    /// <param name="name">Its name.</param>
    /// <param name="isDirectory">Whether to remove an empty directory, not a file.</param>
    public static int Remove(SafeFileHandle directory, ReadOnlySpan<byte> name, bool isDirectory)
    {
        var buffer = stackalloc byte[PathMax];
        return Terminate(name, buffer) is not 0 and var invalid
            ? invalid
            : Result(Libc.UnlinkAt(directory, buffer, isDirectory ? Libc.RemoveDirectory : 0));
    }

    /// <summary>renameat(2): what is at the new name is replaced.</summary>
    public static int Rename(SafeFileHandle fromDirectory, ReadOnlySpan<byte> from, SafeFileHandle toDirectory, ReadOnlySpan<byte> to)
    {
        var buffer = stackalloc byte[PathMax];
        var fromBuffer = stackalloc byte[PathMax];
        if (Terminate(to, buffer) is not 0 and var invalid)
            return invalid;
        if (Terminate(from, fromBuffer) is not 0 and var invalidFrom)
            return invalidFrom;
        return Result(Libc.RenameAt(fromDirectory, fromBuffer, toDirectory, buffer));
    }

    /// <summary>fchownat(2).</summary>
    public static int SetOwner(SafeFileHandle directory, ReadOnlySpan<byte> name, FileOwner owner)
    {
        var buffer = stackalloc byte[PathMax];
        return Terminate(name, buffer) is not 0 and var invalid
            ? invalid
            : Result(Libc.FChOwnAt(directory, buffer, owner.Uid, owner.Gid, Libc.SymlinkNoFollow));
    }

    /// <summary>fchmodat(2). It follows a symbolic link: only for names just created as something else.</summary>
    public static int SetMode(SafeFileHandle directory, ReadOnlySpan<byte> name, UnixFileMode mode)
    {
        var buffer = stackalloc byte[PathMax];
        return Terminate(name, buffer) is not 0 and var invalid ? invalid : Result(Libc.FChModAt(directory, buffer, (uint)mode, 0));
    }

    /// <summary>utimensat(2): the modification time; the access time stays.</summary>
    public static int SetModificationTime(SafeFileHandle directory, ReadOnlySpan<byte> name, long seconds, uint nanoseconds)
    {
        var buffer = stackalloc byte[PathMax];
        if (Terminate(name, buffer) is not 0 and var invalid)
            return invalid;
        var times = stackalloc Libc.TimeSpec[2];
        times[0] = new Libc.TimeSpec { Nanoseconds = OmitTime };
        times[1] = new Libc.TimeSpec { Seconds = seconds, Nanoseconds = nanoseconds };
        return Result(Libc.UTimeNsAt(directory, buffer, times, Libc.SymlinkNoFollow));
    }

    /// <summary>statx(2).</summary>
    public static int GetStatus(SafeFileHandle directory, ReadOnlySpan<byte> name, out FileStatus status)
    {
        var buffer = stackalloc byte[PathMax];
        status = default;
        if (Terminate(name, buffer) is not 0 and var invalid)
            return invalid;
        StatXBuffer result;
        if (Libc.StatX(directory, buffer, Libc.SymlinkNoFollow, FileStatus.BasicStats, &result) != 0)
            return Marshal.GetLastPInvokeError();
        status = FileStatus.From(result);
        return 0;
    }

    /// <summary>readlinkat(2).</summary>
    public static int ReadLink(SafeFileHandle directory, ReadOnlySpan<byte> name, out byte[] target)
    {
        var buffer = stackalloc byte[PathMax];
        target = [];
        if (Terminate(name, buffer) is not 0 and var invalid)
            return invalid;
        var result = stackalloc byte[PathMax];
        var length = Libc.ReadLinkAt(directory, buffer, result, PathMax);
        if (length < 0)
            return Marshal.GetLastPInvokeError();
        target = new Span<byte>(result, (int)length).ToArray();
        return 0;
    }

    internal static int Terminate(ReadOnlySpan<byte> name, byte* buffer)
    {
        if (name.Length >= PathMax)
            return Errno.ENAMETOOLONG;
        if (name.Contains((byte)0))
            return Errno.EINVAL;
        name.CopyTo(new Span<byte>(buffer, PathMax));
        buffer[name.Length] = 0;
        return 0;
    }

    private static int Result(int returned) => returned == 0 ? 0 : Marshal.GetLastPInvokeError();
}
