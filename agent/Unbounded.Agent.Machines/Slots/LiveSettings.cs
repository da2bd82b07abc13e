using System.Text;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Machines.Adoption;
using Unbounded.Agent.Machines.Nodes;
using Unbounded.Agent.Machines.NodeSoftware;

namespace Unbounded.Agent.Machines.Slots;

/// <summary>
/// Brings labels and taints into a running machine: they count at the kubelet's next registration, and nothing is restarted for them. A machine of
/// another agent's keeps its own: a drop-in of that name has the kubelet's other arguments there.
/// </summary>
internal sealed class LiveSettings(INodes nodes, AdoptedMachines adopted)
{
    private const UnixFileMode PublicFile =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    public async Task ApplyAsync(SlotName slot, Target target, CancellationToken cancellationToken)
    {
        if (adopted.Is(slot))
        {
            return;
        }

        // Nobody else would bring them into a machine that is down now: they count as applied once this returns.
        var node = await nodes.FindAsync(slot, cancellationToken) ?? throw new AgentException(
            MachinesErrors.SettingsNeedMachine,
            $"Labels and taints could not be brought into {slot}",
            "the machine does not run",
            $"The agent tries again when it runs; see `journalctl -u systemd-nspawn@{slot}.service` for why it does not");
        using (var root = node.OpenRoot())
        {
            var content = KubeletFiles.NodeConfig(target.Config.Kubelet, NodeNames.Of(target.Config));
            root.Write(KubeletFiles.NodeConfigDropIn, Encoding.UTF8.GetBytes(content), PublicFile);
        }

        await node.SyncAsync(cancellationToken);
        await node.Systemd.ReloadAsync(cancellationToken);
    }
}
