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
        return FileStatus.TryGet(current) is { Type: FileKind.SymbolicLink }
            && DurableLink.Read(current) is { } link
            && IsKubelets(link)
            && File.Exists(Path.Combine(paths.Identity(slot), Path.GetFileName(link)));
    }

    /// <summary>
    /// Whether a slot has anything to carry over. Without a cluster that is the serving certificate alone: a new kubelet would make its own, which is up to
    /// half a second of work on a key while the node is down, and clients that pinned the old one would refuse it.
    /// </summary>
    public bool HasAny(SlotName slot) => Directory.Exists(paths.Identity(slot)) && Entries(paths.Identity(slot), FileKind.Regular).Count > 0;

    /// <summary>Makes a slot's directory, which its machine has bound.</summary>
    public void EnsureDirectory(SlotName slot) => DurableDirectory.Create(paths.Identity(slot), DirectoryMode);

    /// <summary>Forgets a slot's identity: one of an earlier cluster or name would keep its kubelet from joining.</summary>
    /// <exception cref="AgentException">Something can't be removed.</exception>
    public void Clear(SlotName slot)
    {
        EnsureDirectory(slot);
        TreeRemoval.RemoveContent(paths.Identity(slot), CancellationToken.None);
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

    /// <summary>Makes a slot's identity durable: a node that was committed has to be able to come back with it after a power cut.</summary>
    /// <exception cref="AgentException">The device reports that it is not.</exception>
    public void Sync(SlotName slot)
    {
        var directory = paths.Identity(slot);
        if (!Directory.Exists(directory))
        {
            return;
        }

        foreach (var path in Entries(directory, FileKind.Regular))
        {
            using var file = KernelFile.Open(path, OpenFlags.ReadOnly | OpenFlags.NoFollow | OpenFlags.NonBlock);
            KernelFile.Sync(file, path);
        }

        DurableDirectory.Sync(directory);
    }

    private static void Copy(string from, string to)
    {
        using var source = new ConfinedRoot(from);
        using var target = new ConfinedRoot(to);
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
            if (DurableLink.Read(path) is { } link && IsKubelets(link))
            {
                target.Link("/" + Path.GetFileName(path), link);
            }
        }
    }

    private static byte[]? TryRead(ConfinedRoot source, string path)
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

    private static List<string> Entries(string directory, FileKind kind) =>
        [.. Directory.EnumerateFileSystemEntries(directory).Where(e => FileStatus.TryGet(e)?.Type == kind).Take(MostFiles)];

    private static bool IsKubelets(string link) =>
        string.Equals(Path.GetDirectoryName(Path.GetFullPath(link, InMachine.KubeletPki)), InMachine.KubeletPki, StringComparison.Ordinal);
}
