using System.Text;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Linux.DBus.Systemd;
using Unbounded.Agent.Linux.Files;
using Unbounded.Agent.Machines.Nodes;
using Unbounded.Agent.Machines.NodeSoftware;
using Unbounded.Agent.Machines.Rootfs;

namespace Unbounded.Agent.Machines.Slots;

/// <summary>
/// Asks the kubelet of a booted machine for its version, before the node depends on it: an image of the wrong version costs no downtime.
/// It also brings the binary into the page cache, where the handover finds it.
/// </summary>
internal sealed class SoftwareCheck(INodes nodes)
{
    private const string Output = "/run/unbounded-kubelet-version";
    private const string Prefix = "Kubernetes v";
    private const int Limit = 4096;

    /// <summary>Checks.</summary>
    /// <exception cref="AgentException">It is another version than the target's, or it does not run at all.</exception>
    public async Task RunAsync(SlotName slot, Target target, CancellationToken cancellationToken)
    {
        var node = await nodes.FindAsync(slot, cancellationToken) ?? throw new AgentException(
            MachinesErrors.BootFailed,
            $"Machine {slot} ended right after it had booted",
            "its service has no machine any more",
            $"See `journalctl -u systemd-nspawn@{slot}.service`.");
        var found = await VersionAsync(node, cancellationToken);
        var wanted = KubernetesVersion.Normalize(target.Config.Cluster.Version);
        if (!string.Equals(found, wanted, StringComparison.Ordinal))
        {
            throw new AgentException(
                MachinesErrors.WrongKubeletVersion,
                $"Image {target.Config.OCIImage} is not Kubernetes {wanted}",
                found is null ? "its kubelet does not tell a version" : $"its kubelet is {found}",
                "Set spec.kubernetes.version and spec.agent.image to values that belong together.");
        }
    }

    /// <summary>The kubelet's version without <c>v</c>; null when it does not tell one.</summary>
    public static async Task<string?> VersionAsync(INode node, CancellationToken cancellationToken)
    {
        using var root = new ConfinedRoot(node.HostPath("/"));
        if (NodeBinaries.Find(root.Exists) is not { } binaries)
        {
            return null;
        }

        await node.Systemd.StartTransientAsync(
            new TransientService($"unbounded-version-{Guid.NewGuid():N}.service", [binaries.Kubelet, "--version"])
            {
                Description = "Version of the kubelet",
                // The start job ends when the program has.
                Type = "oneshot",
                OutputFile = Output,
            },
            cancellationToken);
        var text = root.TryRead(Output, Limit) is { } bytes ? Encoding.UTF8.GetString(bytes) : "";
        root.Delete(Output);
        var line = text.Split('\n').FirstOrDefault(l => l.StartsWith(Prefix, StringComparison.Ordinal));
        return line?[Prefix.Length..].Trim();
    }
}
