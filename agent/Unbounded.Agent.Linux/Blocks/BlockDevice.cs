using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.Kernel;

namespace Unbounded.Agent.Linux.Blocks;

/// <summary>A block device that nobody else uses, read and written past the page cache.</summary>
public sealed unsafe class BlockDevice : IDisposable
{
    // BLKGETSIZE64, linux/fs.h. FileStream.Length is 0 on a block device.
    private const ulong GetSize64 = 0x80081272;

    // FALLOC_FL_KEEP_SIZE and FALLOC_FL_PUNCH_HOLE, linux/falloc.h. On a block device: zeros by the device's own means, or not at all.
    private const int PunchHole = 0x01 | 0x02;

    // Milliseconds.
    private const int Pause = 5;
    private const int MostAttempts = 100;

    private readonly SafeFileHandle _file;

    private BlockDevice(string path, SafeFileHandle file, long sizeBytes) => (Path, _file, SizeBytes) = (path, file, sizeBytes);

    /// <summary>Its node.</summary>
    public string Path { get; }

    /// <summary>Its size, bytes.</summary>
    public long SizeBytes { get; }

    /// <summary>
    /// Opens a device for itself alone (O_EXCL): the kernel refuses one that is mounted, or that a mapping, an array or a swap stands on, and refuses
    /// a mount from then on.
    /// </summary>
    /// <exception cref="AgentException">It is no block device, in use (<see cref="LinuxErrors.InUse"/>), or can't be opened.</exception>
    public static BlockDevice OpenExclusive(string path)
    {
        var file = Open(path);
        try
        {
            if (FileStatus.Get(file, path).Type != FileKind.BlockDevice)
            {
                throw new AgentException(LinuxErrors.WrongFileType, $"{path} can't be written as a device", "it is no block device", $"See what {path} is.");
            }

            long size;
            return Libc.IoCtl(file, GetSize64, (nint)(&size)) == 0
                ? new BlockDevice(path, file, size)
                : throw KernelError.FromLast("ioctl", $"The size of {path} could not be read", path);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    // A process that is being started holds a copy of a descriptor, until its exec, that was closed here meanwhile: who wrote the device a moment ago is not
    // somebody else who uses it. The kernel says nothing when it becomes free.
    private static SafeFileHandle Open(string path)
    {
        for (var attempt = 1; ; attempt++)
        {
            var errno = KernelFile.TryOpen(path, OpenFlags.ReadWrite | OpenFlags.Direct | OpenFlags.Exclusive, UnixFileMode.None, out var file);
            if (errno == 0)
                return file!;
            if (errno != Errno.EBUSY || attempt == MostAttempts)
                throw KernelError.From(errno, "open", $"{path} could not be opened", path);
            CancellationToken.None.WaitHandle.WaitOne(Pause);
        }
    }

    /// <summary>Writes a whole buffer's first bytes.</summary>
    /// <param name="buffer">The bytes.</param>
    /// <param name="length">How many of them, a multiple of <see cref="AlignedBuffer.Alignment"/>.</param>
    /// <param name="offset">Where to, likewise.</param>
    /// <exception cref="AgentException">The device refuses.</exception>
    public void Write(AlignedBuffer buffer, int length, long offset) => Write(buffer, 0, length, offset);

    /// <summary>Writes a part of a buffer.</summary>
    /// <param name="buffer">The bytes.</param>
    /// <param name="from">The first of them, a multiple of <see cref="AlignedBuffer.Alignment"/>.</param>
    /// <param name="length">How many of them, likewise.</param>
    /// <param name="offset">Where to, likewise.</param>
    /// <exception cref="AgentException">The device refuses.</exception>
    public void Write(AlignedBuffer buffer, int from, int length, long offset)
    {
        Demand(buffer, from, length, offset);
        fixed (byte* start = buffer.Span[from..])
        {
            for (var done = 0; done < length;)
            {
                var written = Libc.PWrite(_file, start + done, (nuint)(length - done), offset + done);
                if (written > 0)
                    done += (int)written;
                else if (written == 0)
                    throw KernelError.From(Errno.ENOSPC, "pwrite", $"{Path} could not be written at byte {offset + done}", Path);
                else if (Marshal.GetLastPInvokeError() != Errno.EINTR)
                    throw KernelError.FromLast("pwrite", $"{Path} could not be written at byte {offset + done}", Path);
            }
        }
    }

    /// <summary>Reads into a buffer's first bytes.</summary>
    /// <param name="buffer">Where to.</param>
    /// <param name="length">How many, a multiple of <see cref="AlignedBuffer.Alignment"/>; what is behind the device's end is not there to be read.</param>
    /// <param name="offset">Where from, likewise.</param>
    /// <exception cref="AgentException">The device refuses, or ends.</exception>
    public void Read(AlignedBuffer buffer, int length, long offset)
    {
        Demand(buffer, 0, length, offset);
        fixed (byte* start = buffer.Span)
        {
            for (var done = 0; done < length;)
            {
                var read = Libc.PRead(_file, start + done, (nuint)(length - done), offset + done);
                if (read > 0)
                    done += (int)read;
                else if (read == 0)
                    throw KernelError.From(Errno.EIO, "pread", $"{Path} ends at byte {offset + done}", Path);
                else if (Marshal.GetLastPInvokeError() != Errno.EINTR)
                    throw KernelError.FromLast("pread", $"{Path} could not be read at byte {offset + done}", Path);
            }
        }
    }

    /// <summary>
    /// Lets the device itself make zeros, and give back what held something else (fallocate(2), FALLOC_FL_PUNCH_HOLE): the kernel does so only where the
    /// device promises that zeros are read from then on.
    /// </summary>
    /// <param name="offset">From where, a multiple of <see cref="AlignedBuffer.Alignment"/>.</param>
    /// <param name="length">How many bytes, likewise.</param>
    /// <returns>Whether it has; a device without such means holds what it held.</returns>
    /// <exception cref="AgentException">The device refuses.</exception>
    public bool TryZero(long offset, long length)
    {
        while (Libc.FAllocate(_file, PunchHole, offset, length) != 0)
        {
            var errno = Marshal.GetLastPInvokeError();
            if (errno is Errno.EOPNOTSUPP or Errno.ENOSYS)
                return false;
            if (errno != Errno.EINTR)
                throw KernelError.From(errno, "fallocate", $"{Path} could not be filled with zeros at byte {offset}", Path);
        }

        return true;
    }

    /// <summary>Makes everything written durable, the device's own cache included (fsync(2)).</summary>
    /// <exception cref="AgentException">The device reports that it is not.</exception>
    public void Sync() => KernelFile.Sync(_file, Path);

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static void Demand(AlignedBuffer buffer, int from, int length, long offset)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, buffer.Length - from);
        if (from % AlignedBuffer.Alignment != 0)
            throw new ArgumentOutOfRangeException(nameof(from), from, "no multiple of the alignment");
        if (length % AlignedBuffer.Alignment != 0)
            throw new ArgumentOutOfRangeException(nameof(length), length, "no multiple of the alignment");
        if (offset % AlignedBuffer.Alignment != 0)
            throw new ArgumentOutOfRangeException(nameof(offset), offset, "no multiple of the alignment");
    }
}
