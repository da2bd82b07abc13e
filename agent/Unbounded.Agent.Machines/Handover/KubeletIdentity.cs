using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Linux.Files;
using Unbounded.Agent.Linux.Kernel;
using Unbounded.Agent.Machines.Layout;

namespace Unbounded.Agent.Machines.Handover;

/// <summary>
/// Carries the kubelet's client certificate from one slot to the other as a copy: what the new kubelet does with it (rotation) leaves the old
/// side's usable until commit. Machines write into these directories, so nothing in them is trusted: only regular files of a certificate's size
/// and links within the directory are carried over.
/// </summary>
internal sealed class KubeletIdentity(MachinePaths paths)
{
    private const int FileLimit = 1024 * 1024;
    private const int MostFiles = 1000;
    private const string Current = "kubelet-client-current.pem";

    private const UnixFileMode FileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode DirectoryMode = FileMode | UnixFileMode.UserExecute;

    /// <summary>Whether a slot has a client certificate: the link is resolved as the machine does, not as the host would.</summary>
    public bool HasCertificate(SlotName slot)
    {
        var current = Path.Combine(paths.Identity(slot), Current);
        return paths.Files.System.Find(current) is { Type: FileKind.SymbolicLink }
            && paths.Files.System.ReadLink(current) is { } link
            && IsKubelets(link)
            && paths.Files.System.Find(Path.Combine(paths.Identity(slot), Path.GetFileName(link))) is { Type: FileKind.Regular };
    }

    /// <summary>A slot's client certificate, with its key; null: it has none that is good at this instant.</summary>
    public KubeletCertificate? FindGood(SlotName slot, DateTimeOffset instant)
    {
        if (!HasCertificate(slot) || paths.Files.System.ReadLink(Path.Combine(paths.Identity(slot), Current)) is not { } link)
        {
            return null;
        }

        using var root = paths.Files.System.OpenRoot(paths.Identity(slot));
        var name = Path.GetFileName(link);
        return TryRead(root, "/" + name) is { } content && KubeletCertificate.IsGood(content, instant) ? new(name, content) : null;
    }

    /// <summary>
    /// Gives a slot a client certificate in the place of its own, and nothing else of the side that it is from. Durable before the link is moved: no commit follows.
    /// </summary>
    public void Renew(SlotName slot, KubeletCertificate certificate)
    {
        EnsureDirectory(slot);
        var directory = paths.Identity(slot);
        using var target = paths.Files.System.OpenRoot(directory);
        target.Write("/" + certificate.Name, certificate.Content, FileMode);
        paths.Files.System.SyncFile(Path.Combine(directory, certificate.Name));
        target.Link("/" + Current, InMachine.KubeletPki + "/" + certificate.Name);
        paths.Files.System.SyncDirectory(directory);
    }

    /// <summary>
    /// Whether a slot has anything to carry over. Without a cluster that is the serving certificate alone: a new kubelet would make its own, which is up to
    /// half a second of work on a key while the node is down, and clients that pinned the old one would refuse it.
    /// </summary>
    public bool HasAny(SlotName slot) => paths.Files.System.IsDirectory(paths.Identity(slot)) && Entries(paths.Identity(slot), FileKind.Regular).Count > 0;

    /// <summary>Makes a slot's directory, which its machine has bound.</summary>
    public void EnsureDirectory(SlotName slot) => paths.Files.CreateDirectory(paths.Identity(slot), DirectoryMode);

    /// <summary>Forgets a slot's identity: one of an earlier cluster or name would keep its kubelet from joining.</summary>
    /// <exception cref="AgentException">Something can't be removed.</exception>
    public void Clear(SlotName slot)
    {
        EnsureDirectory(slot);
        paths.Files.System.RemoveContent(paths.Identity(slot), CancellationToken.None);
    }

    /// <summary>
    /// Makes <paramref name="to"/> hold what <paramref name="from"/> holds. The certificate's link is moved last, so that a crash leaves the old
    /// certificate or the new one. Nothing is synced: a commit does that, outside the downtime.
    /// </summary>
    public void Copy(SlotName from, SlotName to)
    {
        EnsureDirectory(from);
        EnsureDirectory(to);
        Copy(paths.Identity(from), paths.Identity(to));
    }

    /// <summary>Takes over the identity that a machine of another agent's keeps in its own root. Where it has none, nothing changes.</summary>
    /// <param name="slot">The slot.</param>
    /// <param name="machineRoot">Its root, as the host sees it.</param>
    public void Import(SlotName slot, string machineRoot)
    {
        EnsureDirectory(slot);
        using var root = new ConfinedRoot(machineRoot);
        using var own = root.TryOpenPath(InMachine.KubeletPki);
        if (own is not null && FileStatus.Get(own, machineRoot + InMachine.KubeletPki).Type == FileKind.Directory)
        {
            Copy(ConfinedRoot.ThroughDescriptor(own), paths.Identity(slot));
        }
    }

    /// <summary>Gives a machine of another agent's, into its own root, the identity that was carried to its slot.</summary>
    /// <param name="slot">The slot.</param>
    /// <param name="machineRoot">Its root, as the host sees it.</param>
    public void Export(SlotName slot, string machineRoot)
    {
        EnsureDirectory(slot);
        using var root = new ConfinedRoot(machineRoot);
        root.MakeDirectory(InMachine.KubeletPki);
        using var own = root.TryOpenPath(InMachine.KubeletPki);
        if (own is not null)
        {
            Copy(paths.Identity(slot), ConfinedRoot.ThroughDescriptor(own));
        }
    }

    /// <summary>Makes a slot's identity durable: a node that was committed has to be able to come back with it after a power cut.</summary>
    /// <exception cref="AgentException">The device reports that it is not.</exception>
    public void Sync(SlotName slot)
    {
        var directory = paths.Identity(slot);
        if (!paths.Files.System.IsDirectory(directory))
        {
            return;
        }

        foreach (var path in Entries(directory, FileKind.Regular))
        {
            paths.Files.System.SyncFile(path);
        }

        paths.Files.System.SyncDirectory(directory);
    }

    private void Copy(string from, string to)
    {
        using var source = paths.Files.System.OpenRoot(from);
        using var target = paths.Files.System.OpenRoot(to);
        foreach (var name in Entries(from, FileKind.Regular).Select(Path.GetFileName))
        {
            if (TryRead(source, "/" + name) is { } content)
            {
                target.Write("/" + name, content, FileMode);
            }
        }

        // The kubelet links the current certificate by its absolute path in the machine.
        foreach (var path in Entries(from, FileKind.SymbolicLink))
        {
            if (paths.Files.System.ReadLink(path) is { } link && IsKubelets(link))
            {
                target.Link("/" + Path.GetFileName(path), link);
            }
        }
    }

    private static byte[]? TryRead(IConfinedRoot source, string path)
    {
        try
        {
            return source.TryRead(path, FileLimit);
        }
        catch (AgentException)
        {
            // Too large, or something else by now: no certificate. One odd file must not stop a swap.
            return null;
        }
    }

    private List<string> Entries(string directory, FileKind kind) =>
        [.. paths.Files.System.List(directory).Where(e => paths.Files.System.Find(e)?.Type == kind).Take(MostFiles)];

    private static bool IsKubelets(string link) =>
        string.Equals(Path.GetDirectoryName(Path.GetFullPath(link, InMachine.KubeletPki)), InMachine.KubeletPki, StringComparison.Ordinal);
}
