using Unbounded.Agent.Linux.Kernel;

namespace Unbounded.Agent.Linux.Files;

/// <summary>
/// The calls that files which bear state are made of, as the kernel offers them: each is one effect, and nothing is durable before it was synced.
/// What makes a change survive a power cut is the order of these calls (<see cref="DurableFiles"/>), so that a simulator that loses what was not
/// synced runs the same order. Bulk content (images, trees) does not go through here. Every member fails with a coded
/// <see cref="Core.Errors.AgentException"/>.
/// </summary>
public interface IFileSystem
{
    /// <summary>What is at a path, a symbolic link not followed; null when nothing is.</summary>
    FileStatus? Find(string path);

    /// <summary>Whether a directory is at a path, symbolic links followed.</summary>
    bool IsDirectory(string path);

    /// <summary>Reads a whole regular file, links followed; null when nothing is at the path.</summary>
    /// <param name="path">The file.</param>
    /// <param name="limitBytes">The largest size accepted, in bytes.</param>
    byte[]? Read(string path, int limitBytes);

    /// <summary>What a symbolic link says; null when nothing is at the path.</summary>
    string? ReadLink(string path);

    /// <summary>Full paths of what is in a directory; none when it does not exist.</summary>
    IReadOnlyList<string> List(string directory);

    /// <summary>Creates a file that is being written and will take another one's place.</summary>
    /// <param name="path">Its own path. What a dead writer left there is removed, a living one is waited for.</param>
    /// <param name="target">Whose place it will take, in the same directory.</param>
    ITemporaryFile CreateTemporary(string path, string target);

    /// <summary>Removes what a dead writer left at the path of a file that is being written; a living one is waited for. Nothing there is no error.</summary>
    void RemoveTemporary(string path);

    /// <summary>Creates a symbolic link where nothing is.</summary>
    void MakeLink(string path, string target);

    /// <summary>Creates a directory where nothing is, with exactly these permissions. It is synced itself, its name is not.</summary>
    void MakeDirectory(string path, UnixFileMode mode, FileOwner? owner);

    /// <summary>Gives something another name, in one step.</summary>
    /// <param name="from">The present path.</param>
    /// <param name="to">The new path.</param>
    /// <param name="replace">Whether a file there may be replaced.</param>
    void Rename(string from, string to, bool replace);

    /// <summary>Removes a file or link.</summary>
    /// <returns>False when nothing is there.</returns>
    bool Unlink(string path);

    /// <summary>Removes an empty directory.</summary>
    /// <returns>False when nothing is there.</returns>
    bool RemoveDirectory(string path);

    /// <summary>Removes everything in a directory (<see cref="TreeRemoval"/>).</summary>
    void RemoveContent(string directory, CancellationToken cancellationToken);

    /// <summary>Makes a regular file's content durable (fsync(2)); its name is not.</summary>
    void SyncFile(string path);

    /// <summary>Makes the names in a directory durable (fsync(2)).</summary>
    void SyncDirectory(string directory);

    /// <summary>Makes everything on the file system of a path durable (syncfs(2)).</summary>
    void SyncFileSystem(string path);

    /// <summary>Whether a directory may hold the upper side of an overlay (<see cref="OverlaySupport"/>).</summary>
    bool TakesOverlay(string directory);

    /// <summary>Waits for a turn in a directory (<see cref="Locks.DirectoryLock"/>), which becomes its owner's alone.</summary>
    IDisposable Lock(string directory, CancellationToken cancellationToken);

    /// <summary>Opens a directory as the root of every path and link below it.</summary>
    IConfinedRoot OpenRoot(string directory);

    /// <summary>A name that nobody else uses, for what can't be locked.</summary>
    string UniqueName();

    /// <summary>Runs a row of these calls where they may block.</summary>
    /// <param name="work">The calls.</param>
    /// <param name="cancellationToken">Keeps them from being begun; never stops them in between.</param>
    Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken);
}
