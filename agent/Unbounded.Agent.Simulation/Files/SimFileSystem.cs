using System.Text;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.Files;
using Unbounded.Agent.Linux.Kernel;
using Unbounded.Agent.Simulation.Hosts;

namespace Unbounded.Agent.Simulation.Files;

/// <summary>
/// A file system with a volatile cache. Every name and every file's content reaches the disk by itself, and only a sync of the directory or the file
/// makes sure that it has. Effects are counted by the scissors; those on tmpfs only where they change a name, since nothing else is seen of them.
/// </summary>
internal sealed partial class SimFileSystem : IFileSystem
{
    /// <summary>Where the kernel tells one boot of the host from another.</summary>
    public const string BootIdFile = "/proc/sys/kernel/random/boot_id";

    private const int RootId = 1;
    private const UnixFileMode DirectoryMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly Scissors _scissors;
    private readonly Dictionary<int, Inode> _inodes = [];
    private readonly List<NameChange> _pending = [];
    private readonly Dictionary<string, string> _mounts = new(StringComparer.Ordinal);
    private int _last = RootId;
    private int _unique;

    /// <summary>An empty file system.</summary>
    /// <param name="scissors">Counts effects, and cuts.</param>
    public SimFileSystem(Scissors scissors)
    {
        _scissors = scissors;
        _inodes[RootId] = new(RootId, FileKind.Directory, DirectoryMode);
    }

    /// <summary>Planted bug: directories are not synced.</summary>
    public bool ForgetsDirectorySync { get; set; }

    /// <summary>Planted bug: content is not synced.</summary>
    public bool ForgetsContentSync { get; set; }

    /// <summary>Planted bug: the file system is not synced after a bulk write.</summary>
    public bool ForgetsFileSystemSync { get; set; }

    /// <summary>No write succeeds to a path that this accepts.</summary>
    public Func<string, bool> IsFull { get; set; } = _ => false;

    /// <summary>Calls that fail; null for none.</summary>
    public Fault? Fault { get; set; }

    /// <summary>Calls that changed or synced something, failed ones included.</summary>
    public int Calls { get; set; }

    /// <summary>Whether an overlay can be laid here.</summary>
    public bool KnowsOverlay { get; set; } = true;

    /// <summary>What is read at <see cref="BootIdFile"/>.</summary>
    public Func<string> BootId { get; set; } = () => "boot-1";

    /// <summary>Opens trees that are not simulated file by file; null where there are none.</summary>
    public Func<string, IConfinedRoot?> Trees { get; set; } = _ => null;

    /// <summary>Whether the process that calls is dead.</summary>
    public bool IsCut => _scissors.Cut;

    public FileStatus? Find(string path) => Resolve(path) is { } inode
        ? new FileStatus(inode.Kind, inode.Mode, 0, 0, inode.Cached.Length, inode.Cached.Length, 1, (ulong)inode.Id, (8, 1), (0, 0), 0, 0, 0, 0)
        : null;

    public bool IsDirectory(string path) => Resolve(path) is { Kind: FileKind.Directory };

    public byte[]? Read(string path, int limitBytes)
    {
        if (string.Equals(path, BootIdFile, StringComparison.Ordinal))
        {
            return Encoding.ASCII.GetBytes(BootId());
        }

        if (Resolve(path) is not { } inode)
        {
            return null;
        }

        if (inode.Kind != FileKind.Regular)
        {
            throw KernelError.From(Errno.EISDIR, "open", $"{path} could not be read", path);
        }

        return inode.Cached.Length <= limitBytes
            ? inode.Cached
            : throw new AgentException(Linux.LinuxErrors.FileTooLarge, $"{path} was not read", $"it is larger than {limitBytes} bytes", "See what wrote it.");
    }

    public string? ReadLink(string path) => Resolve(path) switch
    {
        null => null,
        { Target: { } target } => target,
        _ => throw new AgentException(Linux.LinuxErrors.WrongFileType, $"{path} could not be read as a link", "it is no symbolic link", "See what it is."),
    };

    public IReadOnlyList<string> List(string directory) =>
        Resolve(directory) is { Kind: FileKind.Directory } found ? [.. found.Names.Keys.Select(n => $"{directory}/{n}")] : [];

    public bool TakesOverlay(string directory) => KnowsOverlay;

    public IDisposable Lock(string directory, CancellationToken cancellationToken) =>
        IsDirectory(directory) ? new MemoryStream() : throw KernelError.From(Errno.ENOENT, "open", $"{directory} could not be opened", directory);

    public IConfinedRoot OpenRoot(string directory) => !IsDirectory(directory)
        ? throw KernelError.From(Errno.ENOENT, "open", $"{directory} could not be opened", directory)
        : Trees(directory) ?? new SimRoot(this, directory);

    public string UniqueName() => $"{++_unique:x4}";

    public Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<T>(cancellationToken);
        }

        try
        {
            return Task.FromResult(work());
        }
        catch (PowerCutException)
        {
            return new TaskCompletionSource<T>().Task;
        }
        catch (AgentException e)
        {
            return Task.FromException<T>(e);
        }
    }

    /// <summary>What readers see of a file; null when there is none.</summary>
    public byte[]? Peek(string path) => Resolve(path) is { Kind: FileKind.Regular } inode ? inode.Cached : null;

    /// <summary>Every file and link that is not on tmpfs.</summary>
    public IEnumerable<string> Files() => Everything().Where(p => !p.IsDirectory).Select(p => p.Path);

    /// <summary>Everything that is not on tmpfs, a directory before what is in it.</summary>
    public IEnumerable<(string Path, bool IsDirectory)> Everything() => Below("", RootId);

    /// <summary>Lays an overlay over a directory: what is written there goes to another one.</summary>
    public void Mount(string point, string upper) => _mounts[point] = upper;

    /// <summary>Takes it away.</summary>
    public void Unmount(string point) => _mounts.Remove(point);

    /// <summary>Whether something is mounted over a directory.</summary>
    public bool IsMounted(string point) => _mounts.ContainsKey(point);

    /// <summary>Becomes the same as another one, unsynced writes included.</summary>
    public void CopyFrom(SimFileSystem other)
    {
        _inodes.Clear();
        foreach (var (id, inode) in other._inodes)
        {
            _inodes[id] = inode;
        }

        _pending.Clear();
        _pending.AddRange(other._pending);
        _mounts.Clear();
        foreach (var (point, upper) in other._mounts)
        {
            _mounts[point] = upper;
        }

        (_last, _unique) = (other._last, other._unique);
        (ForgetsDirectorySync, ForgetsContentSync, KnowsOverlay) = (other.ForgetsDirectorySync, other.ForgetsContentSync, other.KnowsOverlay);
        ForgetsFileSystemSync = other.ForgetsFileSystemSync;
    }

    private IEnumerable<(string Path, bool IsDirectory)> Below(string path, int id)
    {
        foreach (var (name, child) in _inodes[id].Names)
        {
            var inode = _inodes[child];
            if (inode.Volatile)
            {
                continue;
            }

            yield return ($"{path}/{name}", inode.Kind == FileKind.Directory);
            foreach (var below in Below($"{path}/{name}", child))
            {
                yield return below;
            }
        }
    }

    private Inode? Resolve(string path)
    {
        foreach (var (point, upper) in _mounts)
        {
            if (path.StartsWith(point, StringComparison.Ordinal) && (path.Length == point.Length || path[point.Length] == '/'))
            {
                path = upper + path[point.Length..];
                break;
            }
        }

        var inode = _inodes[RootId];
        var rest = path.AsSpan();
        while (!(rest = rest.TrimStart('/')).IsEmpty)
        {
            var end = rest.IndexOf('/');
            var name = (end < 0 ? rest : rest[..end]).ToString();
            if (inode.Kind != FileKind.Directory || !inode.Names.TryGetValue(name, out var id))
            {
                return null;
            }

            inode = _inodes[id];
            rest = end < 0 ? [] : rest[end..];
        }

        return inode;
    }

    private (Inode Directory, string Name) Parent(string path, string call)
    {
        var slash = path.LastIndexOf('/');
        return Resolve(slash <= 0 ? "/" : path[..slash]) is { Kind: FileKind.Directory } directory
            ? (directory, path[(slash + 1)..])
            : throw KernelError.From(Errno.ENOENT, call, $"{path} could not be changed", path);
    }
}
