using Unbounded.Agent.Linux.Files;

namespace Unbounded.Agent.Simulation.Files;

/// <summary>
/// A machine's root. Bulk content is not simulated file by file: all that is written over an image is one file, which is unsynced from the first
/// write to the sync of the file system. What a cut makes of it is what it makes of a tree: whole, holed or gone.
/// </summary>
internal sealed class SimTree(SimFileSystem files, string directory, Func<string, byte[]?> program) : IConfinedRoot
{
    /// <summary>Name of the file that stands for the content.</summary>
    public const string Content = "content";

    private static readonly byte[] Whole = "a node's content"u8.ToArray();

    private static readonly string[] Software = ["/usr/local/bin/kubelet", "/usr/local/bin/containerd"];

    /// <summary>Whether a tree's content is all there.</summary>
    public static bool IsWhole(SimFileSystem files, string directory) => files.Peek($"{directory}/{Content}") is { } found && found.AsSpan().SequenceEqual(Whole);

    public bool Exists(string path) => Software.Contains(path, StringComparer.Ordinal);

    public IReadOnlyList<string> List(string path) => [];

    public byte[]? TryRead(string path, int limit) => program(path);

    public void Write(string path, ReadOnlySpan<byte> content, UnixFileMode mode) => Touch();

    public void Link(string path, string target) => Touch();

    public void Delete(string path)
    {
        // Only what is on its tmpfs is ever deleted.
    }

    public void MakeDirectory(string path) => Touch();

    public void Warm(string path)
    {
        // There is no cache to warm.
    }

    public void Dispose()
    {
        // Nothing is open.
    }

    private void Touch()
    {
        if (!IsWhole(files, directory))
        {
            files.Append(directory, Content, Whole);
        }
    }
}
