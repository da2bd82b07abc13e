using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Linux.Files;

namespace Unbounded.Agent.Machines.Layout;

/// <summary>Every path of the machines backend on the host, in one place. <see cref="Root"/> is <c>/</c> but in tests.</summary>
/// <param name="Root">Prefix of every path, without a final slash; empty for the real host.</param>
public sealed record MachinePaths(string Root = "")
{
    /// <summary>The file systems on which these paths are: the host's, but in a simulation.</summary>
    public DurableFiles Files { get; init; } = DurableFiles.OfHost;

    /// <summary>Where machined looks for machines (<c>/var/lib/machines/NAME</c>).</summary>
    public string MachineRoot(SlotName slot) => $"{Root}/var/lib/machines/{slot}";

    /// <summary>Trusted nspawn settings (systemd.nspawn(5)).</summary>
    public string NspawnFile(SlotName slot) => $"{Root}/etc/systemd/nspawn/{slot}.nspawn";

    /// <summary>Drop-in directory of the machine's service.</summary>
    public string DropInDirectory(SlotName slot) => $"{Root}/etc/systemd/system/{Units.Machine(slot)}.d";

    /// <summary>The agent's drop-in of the machine's service.</summary>
    public string DropIn(SlotName slot) => $"{DropInDirectory(slot)}/override.conf";

    /// <summary>The drop-in that a machine of another agent's gets beside the one it has.</summary>
    public string MarkerDropIn(SlotName slot) => $"{DropInDirectory(slot)}/unbounded-marker.conf";

    /// <summary>The root's mount unit.</summary>
    public string RootMountUnit(SlotName slot) => $"{UnitDirectory}/{Units.RootMount(slot)}";

    /// <summary>Where the administrator's units live.</summary>
    public string UnitDirectory => $"{Root}/etc/systemd/system";

    /// <summary>Links in here decide which machine the host boots.</summary>
    public string EnablementDirectory => $"{UnitDirectory}/machines.target.wants";

    /// <summary>The link that enables a machine.</summary>
    public string EnablementLink(SlotName slot) => $"{EnablementDirectory}/{Units.Machine(slot)}";

    /// <summary>Everything of the agent that survives a reboot.</summary>
    public string StateDirectory => $"{Root}/var/lib/unbounded";

    /// <summary>Unpacked images.</summary>
    public string Store => $"{StateDirectory}/store";

    /// <summary>A slot's own content.</summary>
    public string SlotDirectory(SlotName slot) => $"{StateDirectory}/machines/{slot}";

    /// <summary>A link to the slot's image in the store, so that the mount unit says the same for every image.</summary>
    public string Lower(SlotName slot) => $"{SlotDirectory(slot)}/lower";

    /// <summary>A slot's changes over its image.</summary>
    public string Upper(SlotName slot) => $"{SlotDirectory(slot)}/upper";

    /// <summary>Overlay's scratch directory, on the same file system as the upper one.</summary>
    public string Work(SlotName slot) => $"{SlotDirectory(slot)}/work";

    /// <summary>Completeness mark of a slot: written last, removed first.</summary>
    public string SlotMark(SlotName slot) => $"{SlotDirectory(slot)}/slot.json";

    /// <summary>Devices and mounts that the next start of the machine shall have, those missing by then left out.</summary>
    public string BindList(SlotName slot) => $"{SlotDirectory(slot)}/binds.json";

    /// <summary>Slot contents that were given up and wait to be removed.</summary>
    public string Trash => $"{StateDirectory}/machines/trash";

    /// <summary>Content that both slots use, one at a time.</summary>
    public string Shared => $"{StateDirectory}/shared";

    /// <summary>containerd's root: the image cache.</summary>
    public string SharedContainerd => $"{Shared}/containerd";

    /// <summary>The kubelet's pod directories: emptyDir volumes on disk.</summary>
    public string SharedPods => $"{Shared}/pods";

    /// <summary>The kubelet's client certificate and key, one directory a slot.</summary>
    public string Identity(SlotName slot) => $"{StateDirectory}/identity/{slot}";

    /// <summary>On tmpfs, so that no marker outlives the host's boot.</summary>
    public string MarkerRoot => $"{Root}/run/unbounded/marker";

    /// <summary>Bound read-only into the machine at <see cref="InMachine.MarkerDirectory"/>.</summary>
    public string MarkerDirectory(SlotName slot) => $"{MarkerRoot}/{slot}";

    /// <summary>The one file that lets a machine's node software start. Exactly one exists.</summary>
    public string Marker(SlotName slot) => $"{MarkerDirectory(slot)}/{InMachine.MarkerName}";

    /// <summary>Where the marker is between two machines: neither may start node software.</summary>
    public string WithdrawnMarker => $"{MarkerRoot}/withdrawn";

    /// <summary>All slots' content.</summary>
    public string SlotsDirectory => $"{StateDirectory}/machines";

    /// <summary>All slots' kubelet identities.</summary>
    public string IdentityDirectory => $"{StateDirectory}/identity";

    /// <summary>The agent's own state: the record, what it says of itself, what it is asked for.</summary>
    public string AgentDirectory => $"{StateDirectory}/agent";

    /// <summary>The record of the node's transition.</summary>
    public string Record => $"{AgentDirectory}/record.json";

    /// <summary>What an installation really changed on the host.</summary>
    public string HostJournal => $"{AgentDirectory}/host.json";

    /// <summary>The agent's own directory on tmpfs.</summary>
    public string RuntimeDirectory => $"{Root}/run/unbounded";

    /// <summary>The state file of the update commands.</summary>
    public string UpdateState => $"{StateDirectory}/update/state.json";

    /// <summary>The configuration that a slot runs, in the ancestor's format.</summary>
    public string AppliedConfig(SlotName slot) => $"{Root}/etc/unbounded/agent/{slot}-applied-config.json";

    /// <summary>Where nspawn (systemd 256 and later) mounts a machine's sockets for its host.</summary>
    public string UnixExport(SlotName slot) => $"{Root}/run/systemd/nspawn/unix-export/{slot}";
}
