using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;
using Microsoft.Win32.SafeHandles;
using Unbounded.Agent.Linux.Kernel;

namespace Unbounded.Agent.Linux.Files;

/// <summary>
/// A directory that is <c>/</c> for every path and link below it, as for a process that was chrooted there: an image whose <c>/etc</c> is a link to
/// <c>/host/etc</c> can't make the agent read or write its host's files. Nothing here is synced: the caller syncs the file system once (law 9).
/// </summary>
public sealed class ConfinedRoot : IConfinedRoot
{
    private const UnixFileMode DirectoryMode =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private readonly string _path;
    private readonly SafeFileHandle _root;

    /// <summary>Opens a directory.</summary>
    /// <param name="path">Absolute path on the host.</param>
    /// <exception cref="Core.Errors.AgentException">There is no such directory.</exception>
    public ConfinedRoot(string path)
    {
        _path = path;
        _root = KernelFile.Open(path, OpenFlags.Path | OpenFlags.Directory);
    }

    /// <summary>Whether something is at a path, links followed within the root.</summary>
    public bool Exists(string path)
    {
        using var found = TryOpenPath(path);
        return found is not null;
    }

    /// <summary>Names in a directory, those that are UTF-8; none when there is no directory at the path.</summary>
    /// <param name="path">Absolute path inside the root.</param>
    /// <exception cref="Core.Errors.AgentException">It can't be listed.</exception>
    public IReadOnlyList<string> List(string path)
    {
        using var directory = TryOpen(path, OpenFlags.ReadOnly | OpenFlags.Directory);
        return directory is null
            ? []
            : [.. DirectoryReader.Read(directory, Shown(path)).Where(e => Utf8.IsValid(e.Name)).Select(e => Encoding.UTF8.GetString(e.Name))];
    }

    /// <summary>Reads a whole regular file; null when nothing is at the path.</summary>
    /// <param name="path">Absolute path inside the root.</param>
    /// <param name="limit">Most bytes that are accepted.</param>
    /// <exception cref="Core.Errors.AgentException">It is larger, or no regular file.</exception>
    public byte[]? TryRead(string path, int limit)
    {
        using var found = TryOpenPath(path);
        if (found is null)
        {
            return null;
        }

        // Opening for reading is an effect on what is no regular file: a watchdog starts, a tape rewinds.
        if (FileStatus.Get(found, Shown(path)).Type != FileKind.Regular)
        {
            throw KernelError.From(Errno.ENODEV, "openat2", $"{Shown(path)} could not be read: it is no regular file", Shown(path));
        }

        using var opened = KernelFile.Open(ThroughDescriptor(found), OpenFlags.ReadOnly);
        return BoundedFile.ReadOpened(opened, Shown(path), limit);
    }

    /// <summary>
    /// A handle to what is at a path, links followed within the root; null when nothing is. It reads and writes nothing: what can be reached
    /// through <see cref="ThroughDescriptor"/> is this very file, also after the path was changed.
    /// </summary>
    /// <exception cref="Core.Errors.AgentException">The path can't be walked: a loop of links, say.</exception>
    public SafeFileHandle? TryOpenPath(string path) => TryOpen(path, OpenFlags.Path);

    /// <summary>A path by which this process reaches an open file, as long as it is open.</summary>
    public static string ThroughDescriptor(SafeFileHandle file) => $"/proc/self/fd/{file.DangerousGetHandle()}";

    /// <summary>Puts a file in place, replacing what is there in one step. Missing directories are made (0755).</summary>
    /// <exception cref="Core.Errors.AgentException">The file system refuses.</exception>
    public void Write(string path, ReadOnlySpan<byte> content, UnixFileMode mode)
    {
        using var directory = EnsureParent(path, out var name);
        var temporary = $".{name}.unbounded-new";
        Remove(directory, temporary);
        using (var file = Create(directory, temporary, path))
        {
            KernelFile.Write(file, content, Shown(path));
            KernelFile.SetAttributes(file, mode, owner: null, Shown(path));
        }

        Replace(directory, temporary, name, path);
    }

    /// <summary>Puts a symbolic link in place, replacing what is there in one step. Missing directories are made (0755).</summary>
    /// <exception cref="Core.Errors.AgentException">The file system refuses.</exception>
    public void Link(string path, string target)
    {
        using var directory = EnsureParent(path, out var name);
        var temporary = $".{name}.unbounded-new";
        Remove(directory, temporary);
        if (Libc.SymLinkAt(target, directory, temporary) != 0)
        {
            throw KernelError.FromLast("symlinkat", $"The link {Shown(path)} could not be made", Shown(path));
        }

        Replace(directory, temporary, name, path);
    }

    /// <summary>Removes a file or link; that nothing is there is no error.</summary>
    public void Delete(string path)
    {
        var (parent, name) = Split(path);
        using var directory = TryOpen(parent, OpenFlags.Path | OpenFlags.Directory);
        if (directory is not null)
        {
            Remove(directory, name);
        }
    }

    /// <summary>Makes a directory and the missing ones above it (0755).</summary>
    public void MakeDirectory(string path) => EnsureDirectory(path).Dispose();

    /// <inheritdoc/>
    public void Warm(string path)
    {
        // Regular files only: opening a pipe of an image would wait for ever.
        using var file = TryOpenPath(path);
        if (file is not null && FileStatus.Get(file, path).Type == FileKind.Regular)
        {
            PageCache.Warm(ThroughDescriptor(file));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _root.Dispose();

    private SafeFileHandle EnsureParent(string path, out string name)
    {
        (var parent, name) = Split(path);
        return EnsureDirectory(parent);
    }

    private SafeFileHandle EnsureDirectory(string path)
    {
        if (TryOpen(path, OpenFlags.Path | OpenFlags.Directory) is { } found)
        {
            return found;
        }

        using var parent = EnsureParent(path, out var name);
        if (Libc.MkDirAt(parent, name, (uint)DirectoryMode) == 0)
        {
            // Whatever the umask: services of other users in the machine have to pass.
            using var made = Open(parent, name, OpenFlags.ReadOnly | OpenFlags.Directory | OpenFlags.NoFollow, path);
            KernelFile.SetAttributes(made, DirectoryMode, owner: null, Shown(path));
        }
        else if (Marshal.GetLastPInvokeError() != Errno.EEXIST)
        {
            throw KernelError.FromLast("mkdirat", $"The directory {Shown(path)} could not be made", Shown(path));
        }

        return TryOpen(path, OpenFlags.Path | OpenFlags.Directory)
            ?? throw KernelError.From(Errno.ENOTDIR, "openat2", $"{Shown(path)} is needed as a directory", Shown(path));
    }

    private SafeFileHandle? TryOpen(string path, int flags)
    {
        var errno = KernelAt.Open(
            _root,
            Encoding.UTF8.GetBytes(path),
            flags,
            UnixFileMode.None,
            PathResolution.InRoot | PathResolution.NoMagicLinks,
            out var found);
        return errno switch
        {
            0 => found,
            Errno.ENOENT or Errno.ENOTDIR => null,
            _ => throw KernelError.From(errno, "openat2", $"{Shown(path)} could not be opened", Shown(path)),
        };
    }

    private SafeFileHandle Create(SafeFileHandle directory, string name, string path) =>
        Open(directory, name, OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Exclusive | OpenFlags.NoFollow, path);

    private SafeFileHandle Open(SafeFileHandle directory, string name, int flags, string path)
    {
        var fd = Libc.OpenAt(directory, name, flags | OpenFlags.CloseOnExec, 0x180);
        return fd >= 0
            ? new SafeFileHandle(fd, ownsHandle: true)
            : throw KernelError.FromLast("openat", $"{Shown(path)} could not be created", Shown(path));
    }

    private void Replace(SafeFileHandle directory, string temporary, string name, string path)
    {
        if (Libc.RenameAt(directory, temporary, directory, name) != 0)
        {
            var error = KernelError.FromLast("renameat", $"{Shown(path)} could not be put in place", Shown(path));
            Remove(directory, temporary);
            throw error;
        }
    }

    private static void Remove(SafeFileHandle directory, string name)
    {
        if (Libc.UnlinkAt(directory, name, 0) != 0 && Marshal.GetLastPInvokeError() is not Errno.ENOENT)
        {
            throw KernelError.FromLast("unlinkat", $"{name} could not be removed", name);
        }
    }

    private static (string Parent, string Name) Split(string path)
    {
        var clean = path.TrimEnd('/');
        var slash = clean.LastIndexOf('/');
        return (slash <= 0 ? "/" : clean[..slash], clean[(slash + 1)..]);
    }

    private string Shown(string path) => _path + path;
}
