namespace Unbounded.Agent.Machines.Rootfs;

/// <summary>Where an image keeps its node software.</summary>
/// <param name="Kubelet">Path of the kubelet in the machine.</param>
/// <param name="CniDirectory">Directory of the CNI plugins in the machine.</param>
/// <param name="EnabledHeldBack">Units out of <see cref="HeldBackUnits.Shared"/> that the image enables.</param>
internal sealed record NodeBinaries(string Kubelet, string CniDirectory, IReadOnlyList<string> EnabledHeldBack)
{
    private static readonly string[] KubeletPaths = ["/usr/local/bin/kubelet", "/usr/bin/kubelet", "/opt/bin/kubelet"];
    private static readonly string[] CniPaths = ["/opt/cni/bin", "/usr/lib/cni", "/usr/libexec/cni"];
    private static readonly string[] WantsDirectories =
        ["multi-user.target.wants", "sysinit.target.wants", "sockets.target.wants", "network-online.target.wants", "basic.target.wants"];

    /// <summary>Looks into a root; null when there is no kubelet.</summary>
    /// <param name="exists">Whether a path inside the root exists, links resolved within the root.</param>
    public static NodeBinaries? Find(Func<string, bool> exists)
    {
        var kubelet = KubeletPaths.FirstOrDefault(exists);
        if (kubelet is null)
        {
            return null;
        }

        var enabled = HeldBackUnits.Shared.Where(u => WantsDirectories.Any(d =>
            exists($"/etc/systemd/system/{d}/{u}") || exists($"/usr/lib/systemd/system/{d}/{u}")));
        return new NodeBinaries(kubelet, CniPaths.FirstOrDefault(exists) ?? CniPaths[0], [.. enabled]);
    }
}
