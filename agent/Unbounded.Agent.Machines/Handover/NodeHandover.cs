using Microsoft.Extensions.Logging;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Machines.Adoption;
using Unbounded.Agent.Machines.Layout;
using Unbounded.Agent.Machines.Nodes;

namespace Unbounded.Agent.Machines.Handover;

/// <summary>
/// Moves the node from one booted machine to the other. Everything in here is downtime: nothing is fetched, written in bulk or waited for that could
/// have been done before.
/// </summary>
internal sealed partial class NodeHandover(
    MachinePaths paths,
    INodes nodes,
    MachineService machines,
    Nodes.NodeSoftware software,
    IPodProcesses pods,
    Marker marker,
    KubeletIdentity identity,
    ImageCache cache,
    AdoptedMachines adopted,
    ILogger<NodeHandover> logger)
{
    /// <summary>Stops a machine's node software and ends its pods (law 10). A machine that is not running has none.</summary>
    public async Task StopNodeAsync(SlotName slot, TimeSpan podGrace, IStepProgress progress, CancellationToken cancellationToken)
    {
        var node = await nodes.FindAsync(slot, cancellationToken);
        await adopted.ObeyAsync(slot, node, cancellationToken);
        await marker.WithdrawAsync(slot, cancellationToken);
        if (node is null)
        {
            await EndRemainsAsync(slot, cancellationToken);
            return;
        }

        adopted.Follow(slot, node);

        // Pods that end write to the end what containerd collects. Without any it has nothing left to do, and ends while the kubelet does.
        var isIdle = !adopted.Is(slot) && !pods.Any(node.Payload);
        progress.Begin("stop-kubelet");
        var kubelet = software.AskToStopAsync(node, Units.Kubelet, cancellationToken);
        var containerd = isIdle ? software.AskToStopNowAsync(node, Units.Containerd, cancellationToken) : Task.FromResult(false);
        await kubelet;
        await software.EnsureStoppedAsync(node.Payload, slot, Units.Kubelet);
        progress.Begin("end-pods");
        // What there is now where there was none was only being started: it has nothing to end in order.
        await EndPodsAsync(node.Payload, slot, isIdle ? TimeSpan.Zero : podGrace);
        progress.Begin("stop-containerd");
        // One that waited in vain for a kubelet that hung gets its own chance.
        if (!await containerd)
        {
            await software.AskToStopAsync(node, Units.Containerd, cancellationToken);
        }

        await software.EnsureStoppedAsync(node.Payload, slot, Units.Containerd);
        // containerd may have been starting one more container for the kubelet when that was stopped.
        await EndPodsAsync(node.Payload, slot, TimeSpan.Zero);
    }

    // A machine that was killed from outside takes its time to die: until the kernel has ended it, its kubelet is one.
    private async Task EndRemainsAsync(SlotName slot, CancellationToken cancellationToken)
    {
        if (await nodes.FindRemainsAsync(slot, cancellationToken) is { } remains)
        {
            await software.EnsureStoppedAsync(remains, slot, Units.Kubelet);
            await EndPodsAsync(remains, slot, TimeSpan.Zero);
            await software.EnsureStoppedAsync(remains, slot, Units.Containerd);
        }
    }

    // Never cancelled: half-ended pods would be neither the old side's nor anyone's.
    private async Task EndPodsAsync(string payload, SlotName slot, TimeSpan grace)
    {
        var ended = await pods.EndAsync(payload, grace);
        if (ended.Killed > 0)
        {
            LogPodsKilled(slot, ended.Killed, grace);
        }

        if (ended.Survivors.Count > 0)
        {
            throw new AgentException(
                MachinesErrors.PodsSurvived,
                $"The pods of machine {slot} could not be ended",
                $"processes {string.Join(", ", ended.Survivors)} survive SIGKILL",
                "They hang in the kernel, often on a storage or network file system that does not answer; mend that, or reboot the host.");
        }
    }

    /// <summary>Makes a machine the node: identity, marker, start. Boots it first if it is not running.</summary>
    /// <param name="slot">The machine.</param>
    /// <param name="identityFrom">Whose kubelet identity it takes over; null: it keeps its own.</param>
    /// <param name="progress">Receives sub-steps.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task StartNodeAsync(SlotName slot, SlotName? identityFrom, IStepProgress progress, CancellationToken cancellationToken)
    {
        var node = await nodes.FindBootedAsync(slot, cancellationToken) ?? await BootAsync(slot, progress, cancellationToken);
        await adopted.ObeyAsync(slot, node, cancellationToken);
        progress.Begin("carry-identity");
        if (identityFrom is { } from)
        {
            identity.Copy(from, slot);
            if (adopted.Is(slot))
            {
                // It keeps the kubelet's identity in its own root.
                identity.Export(slot, paths.MachineRoot(slot));
            }
        }

        progress.Begin("move-marker");
        await marker.MoveToAsync(slot, cancellationToken);
        adopted.Follow(slot, node);
        progress.Begin("start-node");
        await StartSoftwareAsync(node, slot, cancellationToken);
    }

    private async Task<INode> BootAsync(SlotName slot, IStepProgress progress, CancellationToken cancellationToken)
    {
        progress.Begin("boot");
        await machines.BootAsync(slot, cancellationToken);
        return await nodes.FindAsync(slot, cancellationToken) ?? throw new AgentException(
            MachinesErrors.BootFailed,
            $"Machine {slot} ended right after it had booted",
            "its service has no machine any more",
            $"See `journalctl -u {Units.Machine(slot)}`.");
    }

    // An image cache that the new containerd can't open is disposable; one that the old containerd can still use is not thrown away for a
    // containerd that is broken itself.
    private async Task StartSoftwareAsync(INode node, SlotName slot, CancellationToken cancellationToken)
    {
        try
        {
            await software.StartAsync(node, slot, cancellationToken);
        }
        catch (AgentException e) when (e.Code == MachinesErrors.NodeSoftwareFailed && !cache.IsEmpty && !adopted.Is(slot))
        {
            if ((await node.Systemd.GetUnitAsync(Units.Containerd, cancellationToken)).IsActive)
            {
                throw;
            }

            LogCacheSetAside(slot, e.Why);
            await software.StopAsync(node, slot, Units.Containerd, cancellationToken);
            var aside = cache.SetAside();
            try
            {
                await software.StartAsync(node, slot, cancellationToken);
            }
            catch
            {
                await software.StopAsync(node, slot, Units.Containerd, CancellationToken.None);
                cache.PutBack(aside);
                throw;
            }

            await DiscardAsync(aside, cancellationToken);
        }
    }

    // The node is up: what can't be removed now is removed before the next preparation.
    private async Task DiscardAsync(string aside, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Run(() => ImageCache.Discard(aside, cancellationToken), cancellationToken);
        }
        catch (AgentException e)
        {
            LogCacheStays(aside, e.Message);
        }
    }
}
