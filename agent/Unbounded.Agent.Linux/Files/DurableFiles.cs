using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.Kernel;

namespace Unbounded.Agent.Linux.Files;

/// <summary>
/// The one place that knows in which order calls make a change that survives a power cut at any instant: either the old or the new state is there
/// afterwards, whole (laws 1 and 8). When a task ends without an exception, its result is durable. Cancellation is looked at before the first
/// effect only.
/// </summary>
/// <param name="system">The calls.</param>
public sealed class DurableFiles(IFileSystem system)
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    // Of writers that make the same link or directory at the same instant.
    private const int MostAttempts = 20;

    private const UnixFileMode Parents =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    /// <summary>On the host's own file systems.</summary>
    public static DurableFiles OfHost { get; } = new(new HostFileSystem());

    /// <summary>The calls themselves, for what only reads or is not durable.</summary>
    public IFileSystem System => system;

    /// <summary>Replaces a file (<see cref="DurableFile.WriteAsync"/>).</summary>
    /// <exception cref="AgentException">It failed; the old content is still there.</exception>
    public Task WriteAsync(string path, ReadOnlyMemory<byte> content, UnixFileMode? mode = null, FileOwner? owner = null, CancellationToken cancellationToken = default) =>
        RunAsync(() => Write(path, content.Span, mode ?? Private, owner), cancellationToken);

    /// <summary>Replaces a file unless it is like that already (<see cref="DurableFile.WriteIfChangedAsync"/>).</summary>
    /// <exception cref="AgentException">It failed; the old content is still there.</exception>
    public Task<bool> WriteIfChangedAsync(string path, ReadOnlyMemory<byte> content, UnixFileMode? mode = null, FileOwner? owner = null, CancellationToken cancellationToken = default) =>
        system.RunAsync(
            () =>
            {
                if (IsAlready(path, content.Span, mode ?? Private, owner))
                    return false;
                Write(path, content.Span, mode ?? Private, owner);
                return true;
            },
            cancellationToken);

    /// <summary>Deletes a file or link durably (<see cref="DurableFile.DeleteAsync"/>), and what a writer left beside it that died.</summary>
    /// <exception cref="AgentException">It can't be deleted.</exception>
    public Task<bool> DeleteAsync(string path, CancellationToken cancellationToken = default) =>
        system.RunAsync(() => Delete(path), cancellationToken);

    /// <summary>
    /// For a directory that was removed, and may never be made again: makes its removal durable, and removes what a maker of it left that died before it
    /// had its name. Whoever removed them before may have died before either was durable, so that it does as much where nothing is left.
    /// </summary>
    /// <exception cref="AgentException">Something can't be removed, or the device reports that the removal is not durable.</exception>
    public Task SettleRemovalAsync(string directory, CancellationToken cancellationToken) =>
        RunAsync(
            () =>
            {
                var (parent, name) = DurablePath.Split(directory);
                if (!system.IsDirectory(parent))
                    return;
                RemoveLeftover(DurablePath.TemporaryFor(parent, name));
                system.SyncDirectory(parent);
            },
            cancellationToken);

    /// <summary>Renames durably (<see cref="DurableFile.RenameAsync"/>).</summary>
    /// <exception cref="AgentException">It can't be renamed.</exception>
    public Task RenameAsync(string from, string to, bool replace = false, CancellationToken cancellationToken = default) =>
        RunAsync(() => Rename(from, to, replace), cancellationToken);

    /// <summary>Makes a path a symbolic link (<see cref="DurableLink.SetAsync"/>).</summary>
    /// <exception cref="AgentException">It failed; what was there is still there.</exception>
    public Task<bool> SetLinkAsync(string path, string target, CancellationToken cancellationToken = default) =>
        system.RunAsync(() => SetLink(path, target), cancellationToken);

    /// <summary>Creates a directory and its parents (<see cref="DurableDirectory.Create"/>).</summary>
    /// <exception cref="AgentException">It can't be created, or something else is there.</exception>
    public bool CreateDirectory(string path, UnixFileMode mode, FileOwner? owner = null)
    {
        if (Path.GetFullPath(path) == "/")
            return false;
        var (parent, name) = DurablePath.Split(path);
        var full = Path.Combine(parent, name);
        if (system.IsDirectory(full))
        {
            RemoveHalfMadeAlong(full);
            // It may have been created by a run that died before this sync.
            system.SyncDirectory(parent);
            return false;
        }

        CreateDirectory(parent, Parents);
        // Under another name it is never seen with another mode than the one asked for, also after a crash. The name is always the same, so that
        // the next run meets what a dead one left.
        var temporary = DurablePath.TemporaryFor(parent, name);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                RemoveLeftover(temporary);
                system.MakeDirectory(temporary, mode, owner);
                system.Rename(temporary, full, replace: false);
                break;
            }
            catch (AgentException) when (system.IsDirectory(full))
            {
                // Somebody else made it meanwhile, and may die before it is durable.
                system.RemoveDirectory(temporary);
                system.SyncDirectory(parent);
                return false;
            }
            catch (AgentException e) when (attempt < MostAttempts && IsTaken(e))
            {
                // Somebody else is making it, under the same name, or removing the leftover of a dead one.
            }
            catch (AgentException)
            {
                system.RemoveDirectory(temporary);
                throw;
            }
        }

        system.SyncDirectory(parent);
        return true;
    }

    /// <summary>Makes everything on the file system of a path durable, once after a bulk write (law 9).</summary>
    /// <exception cref="AgentException">The device reports that it is not.</exception>
    public Task SyncFileSystemAsync(string path, CancellationToken cancellationToken = default) =>
        RunAsync(() => system.SyncFileSystem(path), cancellationToken);

    /// <summary>Removes a directory and everything in it (<see cref="TreeRemoval.Remove"/>). Not durable: what comes back is removed again.</summary>
    /// <exception cref="AgentException">Something can't be removed.</exception>
    public Task RemoveTreeAsync(string path, CancellationToken cancellationToken) =>
        RunAsync(
            () =>
            {
                if (system.Find(path) is { Type: FileKind.Directory })
                {
                    system.RemoveContent(path, cancellationToken);
                    system.RemoveDirectory(path);
                }
            },
            cancellationToken);

    /// <summary>Runs a row of calls where they may block.</summary>
    public Task RunAsync(Action work, CancellationToken cancellationToken) =>
        system.RunAsync(
            () =>
            {
                work();
                return true;
            },
            cancellationToken);

    internal void Write(string path, ReadOnlySpan<byte> content, UnixFileMode mode, FileOwner? owner)
    {
        var (directory, name) = DurablePath.Split(path);
        using var temporary = system.CreateTemporary(DurablePath.TemporaryFor(directory, name), Path.Combine(directory, name));
        temporary.SetAttributes(mode, owner);
        temporary.Write(content);
        temporary.Sync();
        temporary.MoveToTarget();
        system.SyncDirectory(directory);
    }

    internal bool Delete(string path)
    {
        var (directory, name) = DurablePath.Split(path);
        if (system.Find(directory) is null)
            return false;
        // Nobody may ever write it again and take that over.
        RemoveHalfWritten(directory, name);
        var existed = system.Unlink(Path.Combine(directory, name));
        // Also when it was gone: whoever deleted it may have died before this sync.
        system.SyncDirectory(directory);
        return existed;
    }

    internal void Rename(string from, string to, bool replace)
    {
        var (fromDirectory, fromName) = DurablePath.Split(from);
        var (toDirectory, toName) = DurablePath.Split(to);
        var source = Path.Combine(fromDirectory, fromName);
        if (system.Find(source) is { Type: FileKind.Regular })
            system.SyncFile(source);
        system.Rename(source, Path.Combine(toDirectory, toName), replace);
        system.SyncDirectory(toDirectory);
        if (!string.Equals(fromDirectory, toDirectory, StringComparison.Ordinal))
            system.SyncDirectory(fromDirectory);
    }

    private bool SetLink(string path, string target)
    {
        var (directory, name) = DurablePath.Split(path);
        var full = Path.Combine(directory, name);
        if (system.Find(full) is { Type: FileKind.SymbolicLink } && string.Equals(system.ReadLink(full), target, StringComparison.Ordinal))
        {
            RemoveHalfWritten(directory, name);
            system.SyncDirectory(directory);
            return false;
        }

        // A link can't be locked: of two writers at the same time one may find its temporary link taken, and makes it again.
        var temporary = DurablePath.TemporaryFor(directory, name);
        for (var attempt = 1; ; attempt++)
        {
            system.Unlink(temporary);
            try
            {
                system.MakeLink(temporary, target);
                system.Rename(temporary, full, replace: true);
                break;
            }
            catch (AgentException e) when (attempt < MostAttempts && IsTaken(e))
            {
                // Somebody else is making it, under the same name.
            }
            catch (AgentException)
            {
                system.Unlink(temporary);
                throw;
            }
        }

        system.SyncDirectory(directory);
        return true;
    }

    // What a maker left that died, though the directory is there: the owner of the host made it then, or another run, of which a power cut kept the
    // rename and not the removal of what it had met. Nobody would meet it there again. The parents' is looked for, too: nobody else asks for them.
    private void RemoveHalfMadeAlong(string directory)
    {
        while (!string.Equals(directory, "/", StringComparison.Ordinal))
        {
            var (parent, name) = DurablePath.Split(directory);
            if (RemoveLeftover(DurablePath.TemporaryFor(parent, name)))
                system.SyncDirectory(parent);
            directory = parent;
        }
    }

    private bool RemoveLeftover(string temporary)
    {
        if (system.Find(temporary) is not { Type: FileKind.Directory })
            return false;
        try
        {
            system.RemoveDirectory(temporary);
        }
        catch (AgentException e) when (e.Code == LinuxErrors.AlreadyExists)
        {
            // A power cut took the rename and left what was made in the directory after it. A living maker's is empty: it was removed above, and is
            // made again.
            system.RemoveContent(temporary, CancellationToken.None);
            system.RemoveDirectory(temporary);
        }

        return true;
    }

    private void RemoveHalfWritten(string directory, string name)
    {
        var temporary = DurablePath.TemporaryFor(directory, name);
        switch (system.Find(temporary)?.Type)
        {
            case FileKind.Regular:
                system.RemoveTemporary(temporary);
                break;
            case FileKind.SymbolicLink:
                system.Unlink(temporary);
                break;
        }
    }

    private static bool IsTaken(AgentException e) => e.Code == LinuxErrors.AlreadyExists || e.Code == LinuxErrors.NotFound;

    private bool IsAlready(string path, ReadOnlySpan<byte> content, UnixFileMode mode, FileOwner? owner)
    {
        if (system.Find(path) is not { Type: FileKind.Regular } status
            || status.Size != content.Length
            || status.Permissions != mode
            || (owner is { } o && (status.Uid != o.Uid || status.Gid != o.Gid)))
            return false;
        if (system.Read(path, content.Length) is not { } present || !content.SequenceEqual(present))
            return false;
        var (directory, name) = DurablePath.Split(path);
        RemoveHalfWritten(directory, name);
        system.SyncFile(path);
        system.SyncDirectory(directory);
        return true;
    }
}
