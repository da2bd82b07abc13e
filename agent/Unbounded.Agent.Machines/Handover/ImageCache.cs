using Unbounded.Agent.Machines.Layout;

namespace Unbounded.Agent.Machines.Handover;

/// <summary>
/// containerd's root, which both machines have bound and one at a time has open. Its directory stays (a bind mount holds on to it), its content is
/// disposable: images are pulled again.
/// </summary>
internal sealed class ImageCache(MachinePaths paths)
{
    private const string AsidePrefix = "containerd.aside-";

    /// <summary>Whether there is nothing in it.</summary>
    public bool IsEmpty =>
        !Directory.Exists(paths.SharedContainerd) || !Directory.EnumerateFileSystemEntries(paths.SharedContainerd).Any();

    /// <summary>Moves the content out of the way; no containerd may have it open.</summary>
    /// <returns>Where it is now.</returns>
    public string SetAside()
    {
        var aside = Path.Combine(paths.Shared, AsidePrefix + Guid.NewGuid().ToString("N"));
        Directory.CreateDirectory(aside);
        MoveContent(paths.SharedContainerd, aside);
        return aside;
    }

    /// <summary>Undoes <see cref="SetAside"/>: what has come since goes.</summary>
    public void PutBack(string aside)
    {
        Discard(SetAside());
        MoveContent(aside, paths.SharedContainerd);
        Directory.Delete(aside);
    }

    /// <summary>Removes content that was set aside.</summary>
    public static void Discard(string aside) => Directory.Delete(aside, recursive: true);

    /// <summary>Removes what a crash left set aside.</summary>
    public void Sweep()
    {
        if (Directory.Exists(paths.Shared))
        {
            foreach (var aside in Directory.EnumerateDirectories(paths.Shared, AsidePrefix + "*"))
            {
                Discard(aside);
            }
        }
    }

    private static void MoveContent(string from, string to)
    {
        foreach (var entry in Directory.EnumerateFileSystemEntries(from).ToList())
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
}
