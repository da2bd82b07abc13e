using Unbounded.Agent.Linux.Files;
using Unbounded.Agent.Machines.Layout;

namespace Unbounded.Agent.Machines.Handover;

/// <summary>
/// containerd's root, which both machines have bound and one at a time has open. Its directory stays (a bind mount holds on to it), its content is
/// disposable: images are pulled again.
/// </summary>
internal sealed class ImageCache(MachinePaths paths)
{
    // Inside, since the cache may be a file system of its own: moving is a rename then too. containerd knows its entries by name.
    private const string AsidePrefix = ".unbounded-aside-";
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Whether there is nothing in it.</summary>
    public bool IsEmpty => !Entries(paths.SharedContainerd).Any();

    /// <summary>Moves the content out of the way; no containerd may have it open.</summary>
    /// <returns>Where it is now.</returns>
    public string SetAside()
    {
        var aside = Path.Combine(paths.SharedContainerd, AsidePrefix + Guid.NewGuid().ToString("N"));
        Directory.CreateDirectory(aside, Private);
        MoveContent(paths.SharedContainerd, aside);
        return aside;
    }

    /// <summary>Undoes <see cref="SetAside"/>: what has come since goes with the next <see cref="Sweep"/>, and costs no downtime.</summary>
    public void PutBack(string aside)
    {
        SetAside();
        MoveContent(aside, paths.SharedContainerd);
        Directory.Delete(aside);
    }

    /// <summary>Removes content that was set aside.</summary>
    /// <exception cref="Core.Errors.AgentException">Something can't be removed.</exception>
    public static void Discard(string aside, CancellationToken cancellationToken) => TreeRemoval.Remove(aside, cancellationToken);

    /// <summary>Removes what was set aside and not put back, also by a run that was cut off.</summary>
    /// <exception cref="Core.Errors.AgentException">Something can't be removed.</exception>
    public void Sweep(CancellationToken cancellationToken)
    {
        if (Directory.Exists(paths.SharedContainerd))
        {
            foreach (var aside in Directory.EnumerateDirectories(paths.SharedContainerd, AsidePrefix + "*").ToList())
            {
                Discard(aside, cancellationToken);
            }
        }
    }

    private static void MoveContent(string from, string to)
    {
        foreach (var entry in Entries(from).ToList())
        {
            var target = Path.Combine(to, Path.GetFileName(entry));
            if (Directory.Exists(entry))
            {
                Directory.Move(entry, target);
            }
            else
            {
                File.Move(entry, target);
            }
        }
    }

    private static IEnumerable<string> Entries(string directory) => Directory.Exists(directory)
        ? Directory.EnumerateFileSystemEntries(directory).Where(e => !Path.GetFileName(e).StartsWith(AsidePrefix, StringComparison.Ordinal))
        : [];
}
