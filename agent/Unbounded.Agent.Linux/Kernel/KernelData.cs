using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Unbounded.Agent.Linux.Kernel;

/// <summary>
/// Content and attributes of open files, for bulk writers. Every method returns the error number, 0 for success.
/// </summary>
public static unsafe class KernelData
{
    private const ulong FiClone = 0x40049409;
    private const int SeekData = 3;
    private const int SeekHole = 4;
    private const long OmitTime = 0x3ffffffe;

    /// <summary>Writes everything at an offset.</summary>
    public static int WriteAt(SafeFileHandle file, ReadOnlySpan<byte> data, long offset)
    {
        fixed (byte* start = data)
        {
            var done = 0;
            while (done < data.Length)
            {
                var written = Libc.PWrite(file, start + done, (nuint)(data.Length - done), offset + done);
                if (written > 0)
                    done += (int)written;
                else if (Marshal.GetLastPInvokeError() is not Errno.EINTR and var errno)
                    return errno;
            }
        }

        return 0;
    }

    /// <summary>Reads at an offset until the span is full or the file ends.</summary>
    public static int ReadAt(SafeFileHandle file, Span<byte> data, long offset, out int read)
    {
        read = 0;
        fixed (byte* start = data)
        {
            while (read < data.Length)
            {
                var got = Libc.PRead(file, start + read, (nuint)(data.Length - read), offset + read);
                if (got == 0)
                    return 0;
                if (got > 0)
                    read += (int)got;
                else if (Marshal.GetLastPInvokeError() is not Errno.EINTR and var errno)
                    return errno;
            }
        }

        return 0;
    }

    /// <summary>ftruncate(2): sets the length; what is new is a hole.</summary>
    public static int SetLength(SafeFileHandle file, long length) => Result(Libc.FTruncate(file, length));

    /// <summary>fchown(2). It clears setuid, setgid and file capabilities: before the mode and the attributes.</summary>
    public static int SetOwner(SafeFileHandle file, FileOwner owner) => Result(Libc.FChOwn(file, owner.Uid, owner.Gid));

    /// <summary>fchmod(2).</summary>
    public static int SetMode(SafeFileHandle file, UnixFileMode mode) => Result(Libc.FChMod(file, (uint)mode));

    /// <summary>futimens(3): the modification time; the access time stays.</summary>
    public static int SetModificationTime(SafeFileHandle file, long seconds, uint nanoseconds)
    {
        var times = stackalloc Libc.TimeSpec[2];
        times[0] = new Libc.TimeSpec { Nanoseconds = OmitTime };
        times[1] = new Libc.TimeSpec { Seconds = seconds, Nanoseconds = nanoseconds };
        return Result(Libc.FUTimeNs(file, times));
    }

    /// <summary>FICLONE, ioctl_ficlone(2): the content becomes a reflink of the source's; EOPNOTSUPP, EINVAL or EXDEV where it can't.</summary>
    public static int Clone(SafeFileHandle source, SafeFileHandle destination)
    {
        var added = false;
        try
        {
            source.DangerousAddRef(ref added);
            return Result(Libc.IoCtl(destination, FiClone, source.DangerousGetHandle()));
        }
        finally
        {
            if (added)
                source.DangerousRelease();
        }
    }

    /// <summary>The next extent that holds data, lseek(2) SEEK_DATA and SEEK_HOLE; ENXIO when only a hole is left.</summary>
    public static int NextExtent(SafeFileHandle file, long from, out long start, out long end)
    {
        end = 0;
        start = Libc.LSeek(file, from, SeekData);
        if (start < 0)
            return Marshal.GetLastPInvokeError();
        end = Libc.LSeek(file, start, SeekHole);
        return end < 0 ? Marshal.GetLastPInvokeError() : 0;
    }

    private static int Result(int returned) => returned == 0 ? 0 : Marshal.GetLastPInvokeError();
}
