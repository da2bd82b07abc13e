using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Linux.Files;
using Unbounded.Agent.Machines.Layout;

namespace Unbounded.Agent.Machines.Handover;

/// <summary>
/// Carries the kubelet's client certificate from one slot to the other as a copy: what the new kubelet does with it (rotation) leaves the old
/// side's usable until commit.
/// </summary>
internal sealed class KubeletIdentity(MachinePaths paths)
{
    private const int FileLimit = 1024 * 1024;
    private const string Current = "kubelet-client-current.pem";

    private const UnixFileMode DirectoryMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Whether a slot has a client certificate: the link is resolved as the machine does, not as the host would.</summary>
    public bool HasCertificate(SlotName slot) =>
        DurableLink.Read(Path.Combine(paths.Identity(slot), Current)) is { } link
        && IsKubelets(link)
        && File.Exists(Path.Combine(paths.Identity(slot), Path.GetFileName(link)));

    /// <summary>Makes a slot's directory, which its machine has bound.</summary>
    public void EnsureDirectory(SlotName slot) => DurableDirectory.Create(paths.Identity(slot), DirectoryMode);

    /// <summary>
    /// Makes <paramref name="to"/> hold what <paramref name="from"/> holds. The certificate's link is moved last, so that a crash leaves the old
    /// certificate or the new one. Nothing is synced: without the copy the kubelet would join again, it would not be lost.
    /// </summary>
    public void Copy(SlotName from, SlotName to)
    {
        EnsureDirectory(from);
        EnsureDirectory(to);
        using var target = new ConfinedRoot(paths.Identity(to));
        foreach (var path in Directory.EnumerateFiles(paths.Identity(from)).Where(IsRegular))
        {
            target.Write("/" + Path.GetFileName(path), BoundedFile.Read(path, FileLimit), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        // The kubelet links the current certificate by its absolute path in the machine.
        foreach (var path in Directory.EnumerateFiles(paths.Identity(from)).Where(p => !IsRegular(p)))
        {
            if (DurableLink.Read(path) is { } link && IsKubelets(link))
            {
                target.Link("/" + Path.GetFileName(path), link);
            }
        }
    }

    private static bool IsRegular(string path) => new FileInfo(path).LinkTarget is null;

    private static bool IsKubelets(string link) =>
        string.Equals(Path.GetDirectoryName(Path.GetFullPath(link, InMachine.KubeletPki)), InMachine.KubeletPki, StringComparison.Ordinal);
}
