using Microsoft.Win32.SafeHandles;
using Unbounded.Agent.Linux.Compression;
using Unbounded.Agent.Linux.Kernel;

namespace Unbounded.Agent.Partitions.Sources;

/// <summary>An image on this host.</summary>
internal sealed class LocalImage(string path, CancellationToken stop) : ReadOnlyStream
{
    private readonly SafeFileHandle _file = KernelFile.Open(path, OpenFlags.ReadOnly);

    public override int Read(Span<byte> buffer)
    {
        stop.ThrowIfCancellationRequested();
        return KernelFile.Read(_file, buffer, path);
    }

    protected override void Dispose(bool disposing)
    {
        _file.Dispose();
        base.Dispose(disposing);
    }
}
