using Microsoft.Win32.SafeHandles;
using Unbounded.Agent.Linux.Kernel;

namespace Unbounded.Agent.Images.Copying;

/// <summary>
/// Copies the content of files: as a reflink where source and destination share a file system that can, else extent by extent so
/// that holes stay holes. Methods return the error number, 0 for success.
/// </summary>
/// <param name="advanced">Told the bytes copied or read so far.</param>
internal sealed class FileCopier(Action<long>? advanced)
{
    private const int BufferSize = 1 << 20;
    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(BufferSize);
    private bool _canClone = true;
    private long _done;

    /// <summary>Copies everything.</summary>
    /// <param name="source">The source.</param>
    /// <param name="destination">An empty file; null to compute the digest only.</param>
    /// <param name="length">The source's length.</param>
    /// <param name="hash">Takes the content; null when nobody wants its digest.</param>
    /// <param name="cancellationToken">Stops it between two pieces.</param>
    internal int Copy(SafeFileHandle source, SafeFileHandle? destination, long length, ContentHash? hash, CancellationToken cancellationToken)
    {
        var cloned = destination is not null && TryClone(source, destination, length);
        if (cloned && hash is null)
        {
            Advance(length);
            return 0;
        }

        if (!cloned && destination is not null && KernelData.SetLength(destination, length) is not 0 and var errno)
            return errno;
        // A clone is read itself: the source may be changed by now.
        return CopyExtents(cloned ? destination! : source, cloned ? null : destination, length, hash, cancellationToken);
    }

    private bool TryClone(SafeFileHandle source, SafeFileHandle destination, long length)
    {
        if (!_canClone || length == 0)
            return false;
        _canClone = KernelData.Clone(source, destination) == 0;
        return _canClone;
    }

    private int CopyExtents(SafeFileHandle source, SafeFileHandle? destination, long length, ContentHash? hash, CancellationToken cancellationToken)
    {
        for (long at = 0; at < length;)
        {
            var errno = KernelData.NextExtent(source, at, out var start, out var end);
            if (errno == Errno.ENXIO)
                return 0;
            if (errno != 0)
                return errno;
            // Whole blocks: what the digest's input is made of.
            start -= start % ContentHash.BlockSize;
            for (at = Math.Max(at, start); at < Math.Min(end, length);)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var piece = (int)Math.Min(BufferSize, Math.Min(RoundUp(end), length) - at);
                errno = KernelData.ReadAt(source, _buffer.AsSpan(0, piece), at, out var read);
                if (errno == 0 && destination is not null)
                    errno = KernelData.WriteAt(destination, _buffer.AsSpan(0, read), at);
                if (errno != 0 || read < piece)
                    return errno;
                hash?.Add(_buffer.AsSpan(0, read), at);
                at += read;
                Advance(read);
            }
        }

        return 0;
    }

    private static long RoundUp(long offset) => (offset + ContentHash.BlockSize - 1) & -ContentHash.BlockSize;

    private void Advance(long bytes)
    {
        _done += bytes;
        advanced?.Invoke(_done);
    }
}
