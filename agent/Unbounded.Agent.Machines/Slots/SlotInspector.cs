using System.Text;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Linux;
using Unbounded.Agent.Linux.DBus.Systemd;
using Unbounded.Agent.Linux.Kernel;
using Unbounded.Agent.Machines.Adoption;
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
    AdoptedMachines adopted,
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

        // A machine that another agent set up knows no marker, until the first handover away from it: it is the node because it runs.
        permitted ??= marker.IsWithdrawn ? null : ForeignNode(found);
        var observed = found.Select(s => s.Name == permitted && s.State == SlotState.HeldBack ? s with { State = SlotState.Running } : s);
        return new SlotsObservation(HostBootId(), permitted, enablement.Enabled(), [.. observed])
        {
            HandoverNotes = [.. Notes, .. slots.Where(s => adopted.Is(s) && (s == permitted || adopted.Obeys(s))).Select(AdoptedNote)],
            NodeHasCertificate = permitted is { } running
                && (new KubeletIdentity(paths).HasCertificate(running) || (adopted.Is(running) && adopted.HasCertificate(running))),
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

    // No mark, but a machine directory that is not one of ours to mount: another agent's, complete as far as can be seen.
    private SlotState ContentWithoutMark(SlotName slot)
    {
        if (paths.Files.System.IsDirectory(paths.SlotDirectory(slot)))
        {
            return SlotState.Partial;
        }

        return !adopted.Is(slot) ? SlotState.Empty : adopted.IsWhole(slot) ? SlotState.Complete : SlotState.Partial;
    }

    private SlotName? ForeignNode(List<SlotObservation> found)
    {
        var running = found
            .Where(s => s is { State: SlotState.HeldBack, Fingerprint: null } && adopted.Is(s.Name) && !adopted.Obeys(s.Name))
            .Select(s => s.Name)
            .ToList();
        return running.Count <= 1
            ? running.Count == 0 ? null : running[0]
            : throw new AgentException(
                MachinesErrors.TwoNodes,
                $"Machines {string.Join(" and ", running)} both run, and nothing holds either back",
                "another agent was cut off in the middle of an update, and the host has booted both since",
                "See which one the cluster talks to, and stop the other: `systemctl disable --now systemd-nspawn@NAME.service`.");
    }

    private static string AdoptedNote(SlotName slot) =>
        $"Machine {slot} was set up by another agent: its image cache and its emptyDir volumes stay its own, so at a handover from or to it images are pulled again and those volumes begin empty.";

    private string HostBootId() => Encoding.ASCII.GetString(
        paths.Files.System.Read(BootIdFile, Limit) ?? throw KernelError.From(Errno.ENOENT, "open", $"{BootIdFile} could not be read", BootIdFile)).Trim();
}
