using Unbounded.Agent.Linux.Kernel;

namespace Unbounded.Agent.Linux.Watching;

/// <summary>What is watched: one file, or every file of a directory.</summary>
/// <param name="Directory">The directory.</param>
/// <param name="Name">The file in it; null: every file.</param>
internal sealed record WatchedPath(string Directory, string? Name)
{
    // A mounted ConfigMap changes by renaming this link, through which its files are reached.
    private const string ConfigMapLink = "..data";

    /// <summary>Whether an event in the directory is a change of this.</summary>
    public bool IsChangedBy(INotifyEvent seen) =>
        (Name is null || seen.Name == Name || seen.Name == ConfigMapLink)
        // A new file is a change when its writer closes it, a new link at once.
        && (!seen.Created || IsLink(Path.Combine(Directory, seen.Name)));

    private static bool IsLink(string path) =>
        FileStatus.TryGet(path) is { } status && (status.Type == FileKind.SymbolicLink || status.LinkCount > 1);
}
