using Unbounded.Agent.Linux.Files;
using Unbounded.Agent.Linux.Kernel;

namespace Unbounded.Agent.Simulation.Files;

/// <summary>The calls that change something.</summary>
internal sealed partial class SimFileSystem
{
    public ITemporaryFile CreateTemporary(string path, string target)
    {
        if (Find(path) is not null)
        {
            // Whoever wrote it is dead.
            Unlink(path);
        }

        Begin("create", path, isGrowing: true);
        var (directory, _) = Parent(path, "open");
        Add(path, new Inode(++_last, FileKind.Regular, UnixFileMode.UserRead | UnixFileMode.UserWrite) { Volatile = directory.Volatile }, $"create {path}");
        return new SimTemporaryFile(this, path, target);
    }

    // Whoever wrote it is dead: there is one agent at a time.
    public void RemoveTemporary(string path) => Unlink(path);

    public void MakeLink(string path, string target)
    {
        Begin("symlink", path, isGrowing: true);
        RequireFree(path, "symlink");
        var (directory, _) = Parent(path, "symlink");
        Add(path, new Inode(++_last, FileKind.SymbolicLink, DirectoryMode) { Target = target, Volatile = directory.Volatile }, $"link {path}");
    }

    public void MakeDirectory(string path, UnixFileMode mode, FileOwner? owner)
    {
        Begin("mkdir", path, isGrowing: true);
        RequireFree(path, "mkdir");
        var (directory, name) = Parent(path, "mkdir");
        // A host's /run is a tmpfs, under any prefix that ends above it.
        var isVolatile = directory.Volatile || string.Equals(name, "run", StringComparison.Ordinal) || name.EndsWith(".run.unbounded-tmp", StringComparison.Ordinal);
        Add(path, new Inode(++_last, FileKind.Directory, mode) { Volatile = isVolatile }, $"mkdir {path}");
    }

    public void Rename(string from, string to, bool replace)
    {
        Begin("rename", to, isGrowing: false);
        var moved = Resolve(from) ?? throw KernelError.From(Errno.ENOENT, "renameat2", $"{from} could not be renamed to {to}", to);
        if (_mounts.ContainsKey(from))
        {
            throw KernelError.From(Errno.EBUSY, "renameat2", $"{from} could not be renamed to {to}", to);
        }

        if (!replace)
        {
            RequireFree(to, "renameat2");
        }

        var (source, oldName) = Parent(from, "renameat2");
        if (Parent(to, "renameat2").Directory.Volatile != source.Volatile)
        {
            throw KernelError.From(Errno.EXDEV, "renameat2", $"{from} could not be renamed to {to}", to);
        }

        _inodes[source.Id] = source with { Names = source.Names.Remove(oldName) };
        var (target, newName) = Parent(to, "renameat2");
        _inodes[target.Id] = target with { Names = target.Names.SetItem(newName, moved.Id) };
        Note(new NameChange($"rename {to}", (source.Id, oldName, moved.Id), (target.Id, newName, moved.Id)) { Unsynced = [.. new[] { source.Id, target.Id }.Distinct()] });
        Happened($"rename {to}");
    }

    public bool Unlink(string path)
    {
        Begin("unlink", path, isGrowing: false);
        if (Resolve(path) is not { Kind: not FileKind.Directory } inode)
        {
            return Resolve(path) is null ? false : throw KernelError.From(Errno.EISDIR, "unlink", $"{path} could not be deleted", path);
        }

        Remove(path, inode, $"unlink {path}");
        return true;
    }

    public bool RemoveDirectory(string path)
    {
        Begin("rmdir", path, isGrowing: false);
        if (Resolve(path) is not { } inode)
        {
            return false;
        }

        if (_mounts.ContainsKey(path))
        {
            throw KernelError.From(Errno.EBUSY, "rmdir", $"{path} could not be removed", path);
        }

        if (inode.Kind != FileKind.Directory || inode.Names.Count > 0)
        {
            throw KernelError.From(Errno.ENOTEMPTY, "rmdir", $"{path} could not be removed", path);
        }

        Remove(path, inode, $"rmdir {path}");
        return true;
    }

    public void RemoveContent(string directory, CancellationToken cancellationToken)
    {
        foreach (var path in List(directory))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (IsDirectory(path))
            {
                RemoveContent(path, cancellationToken);
                RemoveDirectory(path);
            }
            else
            {
                Unlink(path);
            }
        }
    }

    public void SyncFile(string path)
    {
        var inode = Resolve(path) ?? throw KernelError.From(Errno.ENOENT, "open", $"{path} could not be opened", path);
        if (FaultOf("fsync") is { } errno)
        {
            _inodes[inode.Id] = inode with { SyncFailed = true };
            throw KernelError.From(errno, "fsync", $"{path} could not be made durable", path);
        }

        // A sync of what is durable changes nothing that a cut could show.
        if (inode.IsDirty && !inode.SyncFailed && !ForgetsContentSync)
        {
            Clean(inode);
            Happened($"sync {path}");
        }
    }

    public void SyncDirectory(string directory)
    {
        var inode = Resolve(directory) ?? throw KernelError.From(Errno.ENOENT, "open", $"{directory} could not be opened", directory);
        if (FaultOf("fsync") is { } errno)
        {
            throw KernelError.From(errno, "fsync", $"{directory} could not be made durable", directory);
        }

        if (!ForgetsDirectorySync && Settle(inode.Id))
        {
            Happened($"sync directory {directory}");
        }
    }

    public void SyncFileSystem(string path)
    {
        if (FaultOf("syncfs") is { } errno)
        {
            throw KernelError.From(errno, "syncfs", $"The file system of {path} could not be made durable", path);
        }

        if (ForgetsFileSystemSync)
        {
            return;
        }

        var dirty = _inodes.Values.Where(i => i.IsDirty).ToList();
        var directories = _pending.SelectMany(p => p.Unsynced).Distinct().ToList();
        dirty.ForEach(Clean);
        directories.ForEach(d => Settle(d));
        if (dirty.Count + directories.Count > 0)
        {
            Happened($"sync the file system of {path}");
        }
    }

    /// <summary>Sets permissions.</summary>
    public void SetMode(string path, UnixFileMode mode)
    {
        if (!IsCut && Resolve(path) is { } inode)
        {
            _inodes[inode.Id] = inode with { Mode = mode };
        }
    }

    /// <summary>Writes a file's content.</summary>
    public void Write(string path, byte[] content)
    {
        Begin("write", path, isGrowing: true);
        var inode = Resolve(path) ?? throw KernelError.From(Errno.ENOENT, "write", $"{path} could not be written", path);
        _inodes[inode.Id] = inode with { Cached = content, SyncFailed = false };
        if (!inode.Volatile)
        {
            Happened($"write {path}");
        }
    }

    /// <summary>Writes a file in place of what is there, neither atomic nor synced.</summary>
    public void Append(string directory, string name, byte[] content)
    {
        var path = $"{directory}/{name}";
        if (Find(path) is null)
        {
            Begin("create", path, isGrowing: true);
            Add(path, new Inode(++_last, FileKind.Regular, DirectoryMode) { Volatile = Parent(path, "open").Directory.Volatile }, $"create {path}");
        }

        Write(path, content);
    }

    /// <summary>Another hand puts a file there, durably.</summary>
    public void Put(string path, byte[] content)
    {
        Place(path, new Inode(++_last, FileKind.Regular, UnixFileMode.UserRead | UnixFileMode.UserWrite) { Cached = content, Durable = content });
    }

    /// <summary>Another hand puts a link there, durably.</summary>
    public void PutLink(string path, string target) => Place(path, new Inode(++_last, FileKind.SymbolicLink, DirectoryMode) { Target = target });

    /// <summary>Another hand takes it away.</summary>
    public void Take(string path)
    {
        if (Resolve(path) is not null)
        {
            var (directory, name) = Parent(path, "unlink");
            _inodes[directory.Id] = directory with { Names = directory.Names.Remove(name), DurableNames = directory.DurableNames.Remove(name) };
        }
    }

    private void Place(string path, Inode inode)
    {
        var at = _inodes[RootId];
        foreach (var name in path.Split('/', StringSplitOptions.RemoveEmptyEntries)[..^1])
        {
            at = at.Names.TryGetValue(name, out var id) ? _inodes[id] : Place(at, name, new Inode(++_last, FileKind.Directory, DirectoryMode));
        }

        Place(at, Path.GetFileName(path), inode);
    }

    private Inode Place(Inode directory, string name, Inode inode)
    {
        _inodes[inode.Id] = inode;
        _inodes[directory.Id] = directory with { Names = directory.Names.SetItem(name, inode.Id), DurableNames = directory.DurableNames.SetItem(name, inode.Id) };
        return inode;
    }

    private void Add(string path, Inode inode, string text)
    {
        _inodes[inode.Id] = inode;
        var (directory, name) = Parent(path, "open");
        _inodes[directory.Id] = directory with { Names = directory.Names.SetItem(name, inode.Id) };
        Note(new NameChange(text, null, (directory.Id, name, inode.Id)) { Unsynced = [directory.Id] });
        Happened(text);
    }

    private void Remove(string path, Inode inode, string text)
    {
        var (directory, name) = Parent(path, "unlink");
        _inodes[directory.Id] = directory with { Names = directory.Names.Remove(name) };
        Note(new NameChange(text, (directory.Id, name, inode.Id), null) { Unsynced = [directory.Id] });
        Happened(text);
    }

    private void Clean(Inode inode)
    {
        if (!inode.SyncFailed)
        {
            _inodes[inode.Id] = inode with { Durable = inode.Cached };
        }
    }

    private void Note(NameChange change)
    {
        // The mount point of a tmpfs is made anew at every boot.
        if (!_inodes[(change.Added ?? change.Removed)!.Value.Inode].Volatile)
        {
            _pending.Add(change);
        }
    }

    private bool Settle(int directory)
    {
        var settled = false;
        for (var i = 0; i < _pending.Count; i++)
        {
            var change = _pending[i];
            if (!change.Unsynced.Contains(directory))
            {
                continue;
            }

            settled = true;
            change = change with { Unsynced = [.. change.Unsynced.Where(d => d != directory)] };
            if (change.Unsynced.Count > 0)
            {
                _pending[i] = change;
                continue;
            }

            Apply(change);
            _pending.RemoveAt(i--);
        }

        return settled;
    }

    private void Apply(NameChange change)
    {
        if (change.Removed is { } removed
            && _inodes[removed.Directory] is var source
            && source.DurableNames.TryGetValue(removed.Name, out var named)
            && named == removed.Inode)
        {
            _inodes[removed.Directory] = source with { DurableNames = source.DurableNames.Remove(removed.Name) };
        }

        if (change.Added is { } added && _inodes[added.Directory] is var to)
        {
            _inodes[added.Directory] = to with { DurableNames = to.DurableNames.SetItem(added.Name, added.Inode) };
        }
    }

    private void RequireFree(string path, string call)
    {
        if (Resolve(path) is not null)
        {
            throw KernelError.From(Errno.EEXIST, call, $"{path} could not be created", path);
        }
    }

    // The dead have no effects.
    private void Begin(string call, string path, bool isGrowing)
    {
        if (FaultOf(call) is { } errno && (errno != Errno.ENOSPC || isGrowing))
        {
            throw KernelError.From(errno, call, $"{path} could not be changed", path);
        }

        if (isGrowing && IsFull(path.EndsWith(".unbounded-tmp", StringComparison.Ordinal) ? TargetOf(path) : path))
        {
            throw KernelError.From(Errno.ENOSPC, call, $"{path} could not be written", path);
        }
    }

    private static string TargetOf(string temporary)
    {
        var slash = temporary.LastIndexOf('/');
        return $"{temporary[..(slash + 1)]}{temporary[(slash + 2)..^".unbounded-tmp".Length]}";
    }

    private int? FaultOf(string call)
    {
        if (IsCut)
        {
            throw new PowerCutException();
        }

        Calls++;
        return Fault is { } fault && Calls >= fault.From && Calls < fault.From + fault.Count && (fault.Errno != Errno.ENOSPC || call is not ("fsync" or "syncfs"))
            ? fault.Errno
            : null;
    }

    private void Happened(string effect)
    {
        _scissors.Happened(effect);
        if (IsCut)
        {
            throw new PowerCutException();
        }
    }
}
