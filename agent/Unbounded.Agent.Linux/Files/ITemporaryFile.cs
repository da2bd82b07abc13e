using Unbounded.Agent.Linux.Kernel;

namespace Unbounded.Agent.Linux.Files;

/// <summary>A file that is being written beside the one it will replace. Disposing it before <see cref="MoveToTarget"/> deletes it.</summary>
public interface ITemporaryFile : IDisposable
{
    /// <summary>Sets permissions and, where given, the owner.</summary>
    void SetAttributes(UnixFileMode mode, FileOwner? owner);

    /// <summary>Writes its content.</summary>
    void Write(ReadOnlySpan<byte> content);

    /// <summary>Makes its content durable (fsync(2)).</summary>
    void Sync();

    /// <summary>Renames it over its target. Its name is not durable yet.</summary>
    void MoveToTarget();
}
