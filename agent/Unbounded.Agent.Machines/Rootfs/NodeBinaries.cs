using System.Text.RegularExpressions;

namespace Unbounded.Agent.Machines.Rootfs;

/// <summary>Where an image keeps its node software.</summary>
/// <param name="Kubelet">Path of the kubelet in the machine.</param>
/// <param name="CniDirectory">Directory of the CNI plugins in the machine.</param>
/// <param name="EnabledHeldBack">Units out of <see cref="HeldBackUnits.Shared"/> that the image enables, instances of templates by their own names.</param>
internal sealed partial record NodeBinaries(string Kubelet, string CniDirectory, IReadOnlyList<string> EnabledHeldBack)
{
    private static readonly string[] KubeletPaths = ["/usr/local/bin/kubelet", "/usr/bin/kubelet", "/opt/bin/kubelet"];
    private static readonly string[] CniPaths = ["/opt/cni/bin", "/usr/lib/cni", "/usr/libexec/cni"];
    private static readonly string[] UnitDirectories = ["/etc/systemd/system", "/usr/lib/systemd/system"];
    private static readonly string[] WantsDirectories =
        ["multi-user.target.wants", "sysinit.target.wants", "sockets.target.wants", "network-online.target.wants", "basic.target.wants"];

    /// <summary>Looks into a root; null when there is no kubelet.</summary>
    /// <param name="exists">Whether a path inside the root exists, links resolved within the root.</param>
    /// <param name="list">Names in a directory inside the root; none when there is no such directory.</param>
    public static NodeBinaries? Find(Func<string, bool> exists, Func<string, IEnumerable<string>> list)
    {
        if (FindKubelet(exists) is not { } kubelet)
        {
            return null;
        }

        var enabled = UnitDirectories
            .SelectMany(u => WantsDirectories.Select(w => $"{u}/{w}"))
            .SelectMany(d => list(d).Where(IsHeldBack).Where(u => exists($"{d}/{u}")))
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal);
        return new NodeBinaries(kubelet, CniPaths.FirstOrDefault(exists) ?? CniPaths[0], [.. enabled]);
    }

    /// <summary>Looks for the kubelet alone; null when there is none.</summary>
    /// <param name="exists">Whether a path inside the root exists.</param>
    public static string? FindKubelet(Func<string, bool> exists) => KubeletPaths.FirstOrDefault(exists);

    // Names go into a unit file: what is no unit's name is nobody's to start.
    private static bool IsHeldBack(string name) =>
        UnitName().Match(name) is { Success: true } match
        && HeldBackUnits.Shared.Contains(match.Groups["instance"].Success ? $"{match.Groups["stem"].Value}@{match.Groups["type"].Value}" : name);

    [GeneratedRegex(@"\A(?<stem>[A-Za-z0-9:_.-]{1,128})(@(?<instance>[A-Za-z0-9:_.\\-]{1,128}))?(?<type>\.(service|socket))\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex UnitName();
}
