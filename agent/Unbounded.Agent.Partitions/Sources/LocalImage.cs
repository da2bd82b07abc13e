using Microsoft.Win32.SafeHandles;
using Unbounded.Agent.Linux.Compression;
using Unbounded.Agent.Linux.Kernel;

namespace Unbounded.Agent.Partitions.Sources;

/// <summary>An image on this host: a file, or a part of one.</summary>
/// <param name="path">The file.</param>
/// <param name="stop">Ends reading.</param>
/// <param name="from">First byte of the part.</param>
/// <param name="length">Its length, bytes; the file may end before.</param>
internal sealed class LocalImage(string path, CancellationToken stop, long from = 0, long length = long.MaxValue) : ReadOnlyStream, IKnownLength
{
    private readonly SafeFileHandle _file = KernelFile.Open(path, OpenFlags.ReadOnly);
    private long _done;

    /// <inheritdoc/>
    public long? LengthBytes => FileStatus.Get(_file, path).Type == FileKind.Regular ? Math.Min(length, Math.Max(0, RandomAccess.GetLength(_file) - from)) : null;

    public override int Read(Span<byte> buffer)
    {
        stop.ThrowIfCancellationRequested();
        if (from == 0 && length == long.MaxValue)
            return KernelFile.Read(_file, buffer, path);
        var read = RandomAccess.Read(_file, buffer[..(int)Math.Min(buffer.Length, length - _done)], from + _done);
        _done += read;
        return read;
    }

    protected override void Dispose(bool disposing)
    {
        _file.Dispose();
        base.Dispose(disposing);
    }
}
