using System.Text;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Linux;
using Unbounded.Agent.Linux.DBus.Systemd;
using Unbounded.Agent.Linux.Kernel;
using Unbounded.Agent.Machines.Handover;
using Unbounded.Agent.Machines.Layout;
using Unbounded.Agent.Machines.Nodes;
using Unbounded.Agent.Machines.Rootfs;

namespace Unbounded.Agent.Machines.Slots;

/// <summary>Reads the state of both machines from systemd and the file system.</summary>
internal sealed class SlotInspector(
    MachinePaths paths,
    IReadOnlyList<SlotName> slots,
    ISystemd host,
    INodes nodes,
    Marker marker,
    Enablement enablement,
    INodeImages images)
{
    private const int Limit = 64 * 1024;
    private const string BootIdFile = "/proc/sys/kernel/random/boot_id";

    private static readonly string[] Notes =
    [
        "Pods end on the old machine before the new kubelet starts, and are started again by it.",
        "emptyDir volumes on disk are kept, as over a reboot of the node; those in memory (medium: Memory) are lost.",
        "The image cache and the kubelet's client certificate are carried over: nothing is pulled again, and the node does not join again.",
    ];

    public async Task<SlotsObservation> InspectAsync(CancellationToken cancellationToken)
    {
        var permitted = marker.Holder();
        var found = new List<SlotObservation>();
        foreach (var slot in slots)
        {
            found.Add(await InspectAsync(slot, permitted, cancellationToken));
        }

        // A machine that another agent set up knows no marker: it is the node because it runs.
        permitted ??= marker.IsWithdrawn ? null : found.FirstOrDefault(IsForeignNode)?.Name;
        var observed = found.Select(s => s.Name == permitted && s.State == SlotState.HeldBack ? s with { State = SlotState.Running } : s);
        return new SlotsObservation(HostBootId(), permitted, enablement.Enabled(), [.. observed])
        {
            HandoverNotes = Notes,
            NodeHasCertificate = permitted is { } running && new KubeletIdentity(paths).HasCertificate(running),
        };
    }

    /// <summary>What a slot's completeness mark says; null when there is none, or none that can be read: the content is not known to be complete then.</summary>
    public async Task<SlotMark?> MarkAsync(SlotName slot, CancellationToken cancellationToken)
    {
        try
        {
            var bytes = await paths.Files.System.RunAsync(() => paths.Files.System.Read(paths.SlotMark(slot), Limit), cancellationToken);
            return bytes is null ? null : SlotFile.Read(bytes, paths.SlotMark(slot), MachinesJson.Default.SlotMark);
        }
        catch (AgentException e) when (e.Code == MachinesErrors.SlotFileUnreadable || e.Code == LinuxErrors.FileTooLarge || e.Code == LinuxErrors.WrongFileType)
        {
            return null;
        }
    }

    /// <summary>Whether a slot has content of the agent's that no mark tells about: a preparation that did not end, or a damaged mark.</summary>
    public async Task<bool> IsUnknownAsync(SlotName slot, CancellationToken cancellationToken) =>
        paths.Files.System.IsDirectory(paths.SlotDirectory(slot)) && await MarkAsync(slot, cancellationToken) is null;

    private async Task<SlotObservation> InspectAsync(SlotName slot, SlotName? permitted, CancellationToken cancellationToken)
    {
        var mark = await MarkAsync(slot, cancellationToken);
        var unit = await host.GetUnitAsync(Units.Machine(slot), cancellationToken);
        var node = unit.IsActive ? await nodes.FindAsync(slot, cancellationToken) : null;
        var content = mark is not null ? SlotState.Complete : ContentWithoutMark(slot);
        var state = node is not null
            ? slot == permitted ? SlotState.Running : SlotState.HeldBack
            : slot == permitted || (permitted is null && content == SlotState.Complete && IsEnabledAlone(slot)) ? SlotState.Down : content;
        return new SlotObservation(
            slot,
            state,
            mark?.Fingerprint,
            mark?.Image,
            mark?.ImageDigest,
            mark?.KubernetesVersion,
            node?.BootId,
            mark is null ? null : await images.SizeAsync(mark.ImageDigest, cancellationToken));
    }

    private bool IsEnabledAlone(SlotName slot) => !marker.IsWithdrawn && enablement.Enabled() == slot;

    // No mark, but a machine directory that is not one of ours to mount: another agent's, complete as far as anyone knows.
    private SlotState ContentWithoutMark(SlotName slot)
    {
        if (paths.Files.System.IsDirectory(paths.SlotDirectory(slot)))
        {
            return SlotState.Partial;
        }

        var root = paths.MachineRoot(slot);
        return paths.Files.System.List(root).Count > 0 ? SlotState.Complete : SlotState.Empty;
    }

    private bool IsForeignNode(SlotObservation slot) =>
        slot is { State: SlotState.HeldBack, Fingerprint: null } && !paths.Files.System.IsDirectory(paths.SlotDirectory(slot.Name));

    private string HostBootId() => Encoding.ASCII.GetString(
        paths.Files.System.Read(BootIdFile, Limit) ?? throw KernelError.From(Errno.ENOENT, "open", $"{BootIdFile} could not be read", BootIdFile)).Trim();
}
