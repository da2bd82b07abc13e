using Unbounded.Agent.Linux.Files;

namespace Unbounded.Agent.Simulation.Files;

/// <summary>A directory of small files as a root: an identity. Nothing in it is synced, as in the real one.</summary>
internal sealed class SimRoot(SimFileSystem files, string directory) : IConfinedRoot
{
    public bool Exists(string path) => files.Find(directory + path) is not null;

    public IReadOnlyList<string> List(string path) => [.. files.List(directory + path).Select(p => Path.GetFileName(p))];

    public byte[]? TryRead(string path, int limit) => files.Read(directory + path, limit);

    public void Write(string path, ReadOnlySpan<byte> content, UnixFileMode mode)
    {
        using var file = files.CreateTemporary($"{directory}/.{Path.GetFileName(path)}.unbounded-new", directory + path);
        file.SetAttributes(mode, owner: null);
        file.Write(content);
        file.MoveToTarget();
    }

    public void Link(string path, string target)
    {
        var temporary = $"{directory}/.{Path.GetFileName(path)}.unbounded-new";
        files.Unlink(temporary);
        files.MakeLink(temporary, target);
        files.Rename(temporary, directory + path, replace: true);
    }

    public void Delete(string path) => files.Unlink(directory + path);

    public void MakeDirectory(string path)
    {
        if (!files.IsDirectory(directory + path))
        {
            files.MakeDirectory(directory + path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, owner: null);
        }
    }

    public void Warm(string path)
    {
        // There is no cache to warm.
    }

    public void Dispose()
    {
        // Nothing is open.
    }
}
