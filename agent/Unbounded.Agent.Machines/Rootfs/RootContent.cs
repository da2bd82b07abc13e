using System.Security.Cryptography;
using System.Text;
using Unbounded.Agent.Core.Configuration;
using Unbounded.Agent.Machines.Layout;
using Unbounded.Agent.Machines.NodeSoftware;

namespace Unbounded.Agent.Machines.Rootfs;

/// <summary>Everything that the agent puts over an image to make it this node.</summary>
internal static class RootContent
{
    /// <summary>All files, in no particular order.</summary>
    /// <param name="config">The node's configuration.</param>
    /// <param name="nodeName">Name of the Node object.</param>
    /// <param name="binaries">Where the image keeps its node software.</param>
    /// <param name="host">What the host contributes.</param>
    /// <param name="hasCertificate">Whether the kubelet will find a client certificate.</param>
    /// <param name="containerDevices">Whether containers get devices by CDI specifications.</param>
    public static IEnumerable<RootFile> For(
        AgentConfig config, string nodeName, NodeBinaries binaries, HostFacts host, bool hasCertificate, bool containerDevices = false)
    {
        IEnumerable<RootFile> files =
        [
            .. OsFiles.For(NewMachineId(), nodeName, host.ResolvConf),
            .. HeldBackUnits.NodeSoftware.Concat(HeldBackUnits.Shared).Select(HeldBackUnits.Condition),
            HeldBackUnits.Target(binaries.EnabledHeldBack),
            RootFile.Link($"/etc/systemd/system/multi-user.target.wants/{Units.NodeTarget}", $"../{Units.NodeTarget}"),
            RootFile.Text("/etc/containerd/config.toml", ContainerdConfiguration.Render(
                string.Equals(CgroupDriver.Of(config.Kubelet), CgroupDriver.Systemd, StringComparison.Ordinal),
                binaries.CniDirectory,
                host.RestrictOomScoreAdj,
                containerDevices)),
            RootFile.Text("/etc/containerd/conf.d/.keep", ""),
            RootFile.Text("/etc/containerd/certs.d/.keep", ""),
            RootFile.Text("/etc/cni/net.d/.keep", ""),
            RootFile.Text($"{InMachine.StaticPods}/.keep", ""),
            RootFile.Text(InMachine.KubeletConfiguration, KubeletConfiguration.Render(config)),
            .. KubeletFiles.For(config, nodeName, binaries.Kubelet),
            .. Kubeconfig.FilesFor(config.Kubelet, hasCertificate),
        ];
        return config.Cluster.CaCertBase64 is { } ca
            ? files.Append(RootFile.Text(InMachine.ClusterCa, Encoding.UTF8.GetString(Convert.FromBase64String(ca))))
            : files;
    }

    // Random (v4 UUID without dashes), as systemd-machine-id-setup makes one: each preparation is another machine.
    private static string NewMachineId()
    {
        Span<byte> id = stackalloc byte[16];
        RandomNumberGenerator.Fill(id);
        id[6] = (byte)((id[6] & 0x0F) | 0x40);
        id[8] = (byte)((id[8] & 0x3F) | 0x80);
        return Convert.ToHexStringLower(id);
    }
}
