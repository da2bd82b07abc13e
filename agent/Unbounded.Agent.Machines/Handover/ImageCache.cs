using System.Text;
using Microsoft.Win32.SafeHandles;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.Files;
using Unbounded.Agent.Linux.Kernel;
using Unbounded.Agent.Machines.Layout;

namespace Unbounded.Agent.Machines.Handover;

/// <summary>
/// containerd's root, which both machines have bound and one at a time has open. Its directory stays (a bind mount holds on to it), its content is
/// disposable: images are pulled again. A machine can change everything in it at any time: nothing in it is reached by a path that would follow a
/// link there.
/// </summary>
internal sealed class ImageCache(MachinePaths paths)
{
    // Inside, since the cache may be a file system of its own: moving is a rename then too. containerd knows its entries by name.
    private const string AsidePrefix = ".unbounded-aside-";
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private string Root => paths.SharedContainerd;

    /// <summary>Whether there is nothing in it.</summary>
    /// <exception cref="AgentException">It can't be read.</exception>
    public bool IsEmpty
    {
        get
        {
            using var cache = TryOpen();
            return cache is null || !Content(cache, Root).Any();
        }
    }

    /// <summary>Moves the content out of the way; no containerd may have it open.</summary>
    /// <returns>Where it is now.</returns>
    /// <exception cref="AgentException">Something can't be moved.</exception>
    public string SetAside()
    {
        paths.Files.CreateDirectory(Root, Private);
        using var cache = Open();
        var name = AsidePrefix + Guid.NewGuid().ToString("N");
        if (KernelAt.MakeDirectory(cache, Encoding.ASCII.GetBytes(name), Private) is not 0 and var errno)
        {
            throw KernelError.From(errno, "mkdirat", $"{Root}/{name} could not be created", Root);
        }

        using var aside = OpenBelow(cache, name);
        Move(cache, Root, aside);
        return $"{Root}/{name}";
    }

    /// <summary>Undoes <see cref="SetAside"/>: what has come since goes with the next <see cref="Sweep"/>, and costs no downtime.</summary>
    /// <exception cref="AgentException">Something can't be moved.</exception>
    public void PutBack(string aside)
    {
        SetAside();
        var name = Path.GetFileName(aside);
        using var cache = Open();
        using (var from = OpenBelow(cache, name))
        {
            Move(from, aside, cache);
        }

        if (KernelAt.Remove(cache, Encoding.ASCII.GetBytes(name), isDirectory: true) is not (0 or Errno.ENOENT) and var errno)
        {
            throw KernelError.From(errno, "unlinkat", $"{aside} could not be removed", aside);
        }
    }

    /// <summary>Removes content that was set aside.</summary>
    /// <exception cref="AgentException">Something can't be removed.</exception>
    public static void Discard(string aside, CancellationToken cancellationToken) => TreeRemoval.Remove(aside, cancellationToken);

    /// <summary>Removes what was set aside and not put back, also by a run that was cut off.</summary>
    /// <exception cref="AgentException">Something can't be removed.</exception>
    public void Sweep(CancellationToken cancellationToken)
    {
        using var cache = TryOpen();
        if (cache is null)
        {
            return;
        }

        foreach (var entry in DirectoryReader.Read(cache, Root).Where(IsAside))
        {
            Discard($"{Root}/{Encoding.UTF8.GetString(entry.Name)}", cancellationToken);
        }
    }

    private void Move(SafeFileHandle from, string shown, SafeFileHandle to)
    {
        foreach (var entry in Content(from, shown))
        {
            if (KernelAt.Rename(from, entry.Name, to, entry.Name) is not 0 and var errno)
            {
                var path = $"{shown}/{Encoding.UTF8.GetString(entry.Name)}";
                throw KernelError.From(errno, "renameat", $"{path} could not be moved within {Root}", path);
            }
        }
    }

    private static IEnumerable<DirectoryEntry> Content(SafeFileHandle directory, string shown) =>
        DirectoryReader.Read(directory, shown).Where(e => !IsAside(e));

    private static bool IsAside(DirectoryEntry entry) => entry.Name.AsSpan().StartsWith(Encoding.ASCII.GetBytes(AsidePrefix));

    // Where it is is the host's own to say, by a link too: a machine has bound what is in it.
    private SafeFileHandle Open() => KernelFile.Open(Root, OpenFlags.ReadOnly | OpenFlags.Directory);

    private SafeFileHandle? TryOpen() => Directory.Exists(Root) ? Open() : null;

    private SafeFileHandle OpenBelow(SafeFileHandle cache, string name)
    {
        var errno = KernelAt.Open(
            cache,
            Encoding.ASCII.GetBytes(name),
            OpenFlags.ReadOnly | OpenFlags.Directory | OpenFlags.NoFollow,
            UnixFileMode.None,
            PathResolution.Beneath | PathResolution.NoSymbolicLinks | PathResolution.NoMountCrossing,
            out var opened);
        return errno == 0 ? opened! : throw KernelError.From(errno, "openat2", $"{Root}/{name} could not be opened", $"{Root}/{name}");
    }
}
