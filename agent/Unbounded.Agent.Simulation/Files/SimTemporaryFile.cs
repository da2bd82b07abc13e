using Unbounded.Agent.Linux.Files;
using Unbounded.Agent.Linux.Kernel;

namespace Unbounded.Agent.Simulation.Files;

/// <summary>A file that is being written in a simulated file system.</summary>
internal sealed class SimTemporaryFile(SimFileSystem files, string path, string target) : ITemporaryFile
{
    private bool _moved;

    public void SetAttributes(UnixFileMode mode, FileOwner? owner) => files.SetMode(path, mode);

    public void Write(ReadOnlySpan<byte> content) => files.Write(path, content.ToArray());

    public void Sync() => files.SyncFile(path);

    public void MoveToTarget()
    {
        files.Rename(path, target, replace: true);
        _moved = true;
    }

    public void Dispose()
    {
        if (!_moved && !files.IsCut)
        {
            files.Unlink(path);
        }
    }
}
