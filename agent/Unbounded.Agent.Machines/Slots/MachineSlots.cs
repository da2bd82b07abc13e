using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Verification;
using Unbounded.Agent.Linux.DBus.Systemd;
using Unbounded.Agent.Machines.Adoption;
using Unbounded.Agent.Machines.Checks;
using Unbounded.Agent.Machines.Cluster;
using Unbounded.Agent.Machines.Handover;
using Unbounded.Agent.Machines.Layout;
using Unbounded.Agent.Machines.Nodes;
using Unbounded.Agent.Machines.Rootfs;

namespace Unbounded.Agent.Machines.Slots;

/// <summary>Slots that are nspawn machines: <c>kube1</c> and <c>kube2</c>.</summary>
internal sealed class MachineSlots(
    SlotInspector inspector,
    SlotPreparer preparer,
    SlotRemover remover,
    NodeHandover handover,
    MachineService machines,
    LiveSettings live,
    INodes nodes,
    INodeImages images,
    Enablement enablement,
    KubeletIdentity identity,
    AdoptedMachines adopted,
    MachinePaths paths,
    ISystemd host,
    HttpClient loopback,
    TimeProvider time) : ISlots
{
    /// <summary>The two slots.</summary>
    public static IReadOnlyList<SlotName> BothNames { get; } = [new("kube1"), new("kube2")];

    public IReadOnlyList<SlotName> Names => BothNames;

    /// <summary>What a cluster says of this host's Node; null: nothing is asked.</summary>
    public IClusterNode? ClusterNode { get; init; }

    public Task<SlotsObservation> InspectAsync(CancellationToken cancellationToken) => inspector.InspectAsync(cancellationToken);

    public async Task PrepareAsync(SlotName slot, Target target, IStepProgress progress, CancellationToken cancellationToken)
    {
        await RefuseInUseAsync(slot, cancellationToken);
        var other = Other(slot);
        await ImportIdentityAsync(other, cancellationToken);
        var hasCertificate = identity.HasCertificate(other)
            && await IsSameNodeAsync(ClusterIdentity.Of(target.Config), NodeNames.Of(target.Config), other, cancellationToken);
        await preparer.PrepareAsync(slot, target, hasCertificate, progress, cancellationToken);
        try
        {
            await RemoveUnusedImagesAsync(cancellationToken);
        }
        catch (AgentException e)
        {
            // The slot is prepared: space that is not freed now is freed next time.
            progress.Warn($"images of no use stay in the store: {e.What}: {e.Why}");
        }
    }

    public async Task ReviveAsync(SlotName slot, Target target, IStepProgress progress, CancellationToken cancellationToken)
    {
        if (await inspector.MarkAsync(slot, cancellationToken) is null && !adopted.Is(slot))
        {
            throw new AgentException(
                MachinesErrors.SlotIncomplete,
                $"Machine {slot} can't be put back to work",
                "its content is not complete, or gone",
                "Set the Machine's version and image to the ones wanted: that prepares the machine anew.");
        }

        await adopted.ObeyAsync(slot, node: null, cancellationToken);
        await preparer.BootAsync(slot, target, progress, cancellationToken);
    }

    public Task DeactivateAsync(SlotName slot, TimeSpan podGrace, IStepProgress progress, CancellationToken cancellationToken) =>
        handover.StopNodeAsync(slot, podGrace, progress, cancellationToken);

    public async Task<Activation> ActivateAsync(SlotName slot, IStepProgress progress, CancellationToken cancellationToken)
    {
        var other = Other(slot);
        await ImportIdentityAsync(other, cancellationToken);
        var mark = await inspector.MarkAsync(slot, cancellationToken);
        var carried = identity.HasAny(other) && await IsSameNodeAsync(mark?.Cluster, mark?.NodeName, other, cancellationToken);
        await handover.StartNodeAsync(slot, carried ? other : null, progress, cancellationToken);
        return Activation.Started;
    }

    public IReadOnlyList<ICheck> Checks(SlotName slot, Target target)
    {
        var health = new KubeletHealthCheck(slot, nodes, loopback, KubeletHealthEndpoint.Of(target.Config.Kubelet));
        return
        [
            new MachineBootedCheck(slot, nodes),
            new ContainerdCheck(slot, nodes),
            health,
            new KubeletPortCheck(slot, nodes, target.Config.Kubelet),
            new KubeletStableCheck(slot, nodes),
            new KubeletVersionCheck(slot, nodes, health, target.Config.Cluster.Version),
            new ApiServerReachedCheck(target.Config, new AppliedServers(paths, Names), time),
            .. ClusterNode is { } cluster ? OfCluster(cluster) : [],
        ];

        IEnumerable<ICheck> OfCluster(IClusterNode cluster) =>
        [
            new NodeReadyCheck(slot, nodes, cluster, target.Config.Cluster.Version, time),
            new NodeHeartbeatCheck(slot, nodes, cluster, time),
            new SystemPodsCheck(slot, nodes, cluster, target.Policy.HealthGate, time),
        ];
    }

    public async Task CommitAsync(SlotName slot)
    {
        // Before the point of no return, which is the line after: what the committed side can't do without has to outlive a power cut.
        await paths.Files.RunAsync(() => identity.Sync(slot), CancellationToken.None);
        await enablement.TurnToAsync(slot);
    }

    public async Task<Activation> RevertAsync(
        SlotName failed, SlotName? good, TimeSpan podGrace, IStepProgress progress, CancellationToken cancellationToken)
    {
        await handover.StopNodeAsync(failed, podGrace, progress, cancellationToken);
        if (good is { } side)
        {
            await RenewAsync(failed, side, progress, cancellationToken);
            await handover.StartNodeAsync(side, identityFrom: null, progress, cancellationToken);
        }

        return Activation.Started;
    }

    public async Task RetireAsync(SlotName slot, CancellationToken cancellationToken)
    {
        await RefuseInUseAsync(slot, cancellationToken);
        await machines.StopAsync(slot, cancellationToken);
        // systemd learns from the links on disk which machine is enabled now.
        await host.ReloadAsync(cancellationToken);
    }

    public async Task ReleaseAsync(SlotName slot, CancellationToken cancellationToken)
    {
        await RefuseInUseAsync(slot, cancellationToken);
        await remover.RemoveAsync(slot, cancellationToken);
        await RemoveUnusedImagesAsync(cancellationToken);
    }

    public async Task<Activation> RestartAsync(SlotName slot, TimeSpan podGrace, IStepProgress progress, CancellationToken cancellationToken)
    {
        await handover.StopNodeAsync(slot, podGrace, progress, cancellationToken);
        progress.Begin("stop-machine");
        await machines.StopAsync(slot, cancellationToken);
        await handover.StartNodeAsync(slot, identityFrom: null, progress, cancellationToken);
        return Activation.Started;
    }

    public Task ApplyLiveAsync(SlotName slot, Target target, CancellationToken cancellationToken) =>
        live.ApplyAsync(slot, target, cancellationToken);

    private SlotName Other(SlotName slot) => slot == Names[0] ? Names[1] : Names[0];

    // The side before has its own identity as it was, since the new one worked on a copy. A certificate that has ended since, or can't be read, is of no use to it, and
    // there may be no bootstrap token any more to ask for another: then it takes the one that the new side had renewed. A disk that takes nothing stops no rollback.
    private async Task RenewAsync(SlotName failed, SlotName side, IStepProgress progress, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        KubeletCertificate? renewed = null;
        await paths.Files.RunAsync(() => renewed = identity.HasCertificate(side) && identity.FindGood(side, now) is null ? identity.FindGood(failed, now) : null, cancellationToken);
        if (renewed is null
            || await inspector.MarkAsync(failed, cancellationToken) is not { } mark
            || !await IsSameNodeAsync(mark.Cluster, mark.NodeName, side, cancellationToken))
        {
            return;
        }

        try
        {
            await paths.Files.RunAsync(() => identity.Renew(side, renewed), cancellationToken);
            if (adopted.Is(side))
            {
                await Task.Run(() => identity.Export(side, paths.MachineRoot(side)), cancellationToken);
            }
        }
        catch (AgentException e)
        {
            progress.Warn($"the kubelet of {side} goes on with a certificate that has ended: {e.Message}");
        }
    }

    // A machine of another agent's keeps the kubelet's identity in its own root, and renews it there.
    private Task ImportIdentityAsync(SlotName from, CancellationToken cancellationToken) => adopted.Is(from)
        ? Task.Run(() => identity.Import(from, paths.MachineRoot(from)), cancellationToken)
        : Task.CompletedTask;

    // Of a side that does not say where it belongs (another agent's, an older agent's) it is assumed that it is the same node.
    private async Task<bool> IsSameNodeAsync(string? cluster, string? nodeName, SlotName from, CancellationToken cancellationToken)
    {
        var mark = await inspector.MarkAsync(from, cancellationToken);
        return AreSame(mark?.Cluster, cluster) && AreSame(mark?.NodeName, nodeName);
    }

    private static bool AreSame(string? one, string? other) =>
        one is null || other is null || string.Equals(one, other, StringComparison.Ordinal);

    private async Task RemoveUnusedImagesAsync(CancellationToken cancellationToken)
    {
        var used = new HashSet<string>(StringComparer.Ordinal);
        foreach (var slot in Names)
        {
            if (await inspector.IsUnknownAsync(slot, cancellationToken))
            {
                // Its root may be an overlay of any image, and may be running.
                return;
            }

            if (await inspector.MarkAsync(slot, cancellationToken) is { } mark)
            {
                used.Add(mark.ImageDigest);
            }
        }

        await images.KeepOnlyAsync(used, cancellationToken);
    }

    private async Task RefuseInUseAsync(SlotName slot, CancellationToken cancellationToken)
    {
        var observed = await inspector.InspectAsync(cancellationToken);
        var isNode = observed.Permitted == slot;
        if (observed.BootsNext == slot || (isNode && observed.BootsNext is not null))
        {
            throw new AgentException(
                MachinesErrors.SlotInUse,
                $"Machine {slot} can't be given up",
                isNode ? "it is the node" : "it is what the host boots",
                "This is a fault of the agent: report it with the output of `unbounded-agent status --output json`.");
        }

        if (isNode)
        {
            // A first node that was never committed: there is nothing to go back to.
            await handover.StopNodeAsync(slot, TimeSpan.Zero, NoProgress.Instance, cancellationToken);
        }
    }
}
