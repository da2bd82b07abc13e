using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Unbounded.Agent.Core.Errors;

namespace Unbounded.Agent.Linux.Kernel;

/// <summary>Calls on open files that .NET has no form of, or one that hides the error number.</summary>
public static unsafe class KernelFile
{
    private const int SetLock = 37;
    private const int SetLockAndWait = 38;
    private const short WriteLock = 1;

    /// <summary>Opens a file; O_CLOEXEC is always set.</summary>
    /// <exception cref="AgentException">It can't be opened.</exception>
    public static SafeFileHandle Open(string path, int flags, UnixFileMode mode = UnixFileMode.None)
    {
        var errno = TryOpen(path, flags, mode, out var file);
        return errno == 0 ? file! : throw KernelError.From(errno, "open", $"{path} could not be opened", path);
    }

    /// <summary>Writes everything at the file's position.</summary>
    /// <exception cref="AgentException">It can't be written.</exception>
    public static void Write(SafeFileHandle file, ReadOnlySpan<byte> data, string pathForErrors)
    {
        fixed (byte* start = data)
        {
            var done = 0;
            while (done < data.Length)
            {
                var written = Libc.Write(file, start + done, (nuint)(data.Length - done));
                if (written >= 0)
                    done += (int)written;
                else if (Marshal.GetLastPInvokeError() != Errno.EINTR)
                    throw KernelError.FromLast("write", $"{pathForErrors} could not be written", pathForErrors);
            }
        }
    }

    /// <summary>Reads at most as many bytes as fit; 0 at the end.</summary>
    /// <exception cref="AgentException">It can't be read.</exception>
    public static int Read(SafeFileHandle file, Span<byte> data, string pathForErrors)
    {
        fixed (byte* start = data)
        {
            while (true)
            {
                var read = Libc.Read(file, start, (nuint)data.Length);
                if (read >= 0)
                    return (int)read;
                if (Marshal.GetLastPInvokeError() != Errno.EINTR)
                    throw KernelError.FromLast("read", $"{pathForErrors} could not be read", pathForErrors);
            }
        }
    }

    /// <summary>Makes a file's data and metadata durable (fsync(2)).</summary>
    /// <exception cref="AgentException">The device reports that it is not.</exception>
    public static void Sync(SafeFileHandle file, string pathForErrors)
    {
        if (Libc.FSync(file) == 0)
            return;
        // Some file systems (FUSE, 9p) have no fsync of a directory: the whole file system is the next larger unit.
        if (Marshal.GetLastPInvokeError() == Errno.EINVAL && Libc.SyncFs(file) == 0)
            return;
        throw KernelError.FromLast("fsync", $"{pathForErrors} could not be made durable", pathForErrors);
    }

    /// <summary>Makes a whole file system durable (syncfs(2)): the one sync after a bulk write.</summary>
    /// <exception cref="AgentException">The device reports that it is not.</exception>
    public static void SyncFileSystem(SafeFileHandle file, string pathForErrors)
    {
        if (Libc.SyncFs(file) != 0)
            throw KernelError.FromLast("syncfs", $"The file system of {pathForErrors} could not be made durable", pathForErrors);
    }

    /// <summary>Sets permissions and, where given, the owner, whatever the process's umask.</summary>
    /// <exception cref="AgentException">It is denied.</exception>
    public static void SetAttributes(SafeFileHandle file, UnixFileMode mode, FileOwner? owner, string pathForErrors)
    {
        // The owner first: chown(2) clears setuid and setgid.
        if (owner is { } o && Libc.FChOwn(file, o.Uid, o.Gid) != 0)
            throw KernelError.FromLast("fchown", $"The owner of {pathForErrors} could not be set", pathForErrors);
        if (Libc.FChMod(file, (uint)mode) != 0)
            throw KernelError.FromLast("fchmod", $"The mode of {pathForErrors} could not be set", pathForErrors);
    }

    /// <summary>
    /// Locks a whole file that is open for writing, for as long as it stays open (F_OFD_SETLK, fcntl(2)).
    /// The kernel drops the lock when the process dies. It is independent of flock(2).
    /// </summary>
    /// <param name="file">The file.</param>
    /// <param name="wait">Whether to wait for another holder.</param>
    /// <param name="pathForErrors">Names it in an error.</param>
    /// <returns>Whether it was locked; always when waiting.</returns>
    /// <exception cref="AgentException">The file system has no locks.</exception>
    public static bool LockWhole(SafeFileHandle file, bool wait, string pathForErrors)
    {
        var request = new Libc.RecordLock { Type = WriteLock };
        while (Libc.FCntl(file, wait ? SetLockAndWait : SetLock, &request) != 0)
        {
            switch (Marshal.GetLastPInvokeError())
            {
                case Errno.EINTR:
                    continue;
                case Errno.EAGAIN or Errno.EACCES when !wait:
                    return false;
                default:
                    throw KernelError.FromLast("fcntl", $"{pathForErrors} could not be locked", pathForErrors);
            }
        }

        return true;
    }

    /// <summary>How many components the real path of an open directory has; false where the kernel can't say (longer than a page).</summary>
    public static bool TryGetDepth(SafeFileHandle directory, out int depth)
    {
        const int size = 4096;
        var path = stackalloc byte[size];
        var length = Libc.ReadLink($"/proc/self/fd/{directory.DangerousGetHandle()}", path, size);
        depth = length > 0 ? new ReadOnlySpan<byte>(path, (int)length).Count((byte)'/') : 0;
        return length is > 0 and < size;
    }

    internal static int TryOpen(string path, int flags, UnixFileMode mode, out SafeFileHandle? file)
    {
        int fd;
        do
        {
            fd = Libc.Open(path, flags | OpenFlags.CloseOnExec, (uint)mode);
        }
        while (fd < 0 && Marshal.GetLastPInvokeError() == Errno.EINTR);
        file = fd < 0 ? null : new SafeFileHandle(fd, ownsHandle: true);
        return fd < 0 ? Marshal.GetLastPInvokeError() : 0;
    }
}
