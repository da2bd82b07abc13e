using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Linux.Cgroups;
using Unbounded.Agent.Linux.DBus.Systemd;
using Unbounded.Agent.Linux.Processes;
using Unbounded.Agent.Machines.Layout;

namespace Unbounded.Agent.Machines.Nodes;

/// <summary>Stops and starts kubelet and containerd inside a machine.</summary>
internal sealed class NodeSoftware(TimeProvider time)
{
    private const int SigKill = 9;

    // Neither has anything to lose by then: the kubelet keeps its state in the API server, containerd's pods have ended.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Stops a unit, and kills what is left of it when it, or the machine's own systemd, takes too long: the old side must not stretch the downtime.
    /// The marker must be gone from the machine, or its systemd might start the unit again.
    /// </summary>
    /// <exception cref="AgentException">Processes of it survive.</exception>
    public async Task StopAsync(INode node, SlotName slot, string unit, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var timer = time.CreateTimer(_ => limit.Cancel(), null, Patience, Timeout.InfiniteTimeSpan);
        try
        {
            await node.Systemd.StopAsync(unit, JobMode.ReplaceIrreversibly, limit.Token);
        }
        catch (Exception e) when ((e is OperationCanceledException or AgentException) && !cancellationToken.IsCancellationRequested)
        {
            // Too slow, not there, or its systemd does not answer: the cgroup tells what is left.
        }

        var left = Kill($"{node.Payload}/system.slice/{unit}");
        if (left.Count > 0)
        {
            throw new AgentException(
                MachinesErrors.NodeSoftwareFailed,
                $"{unit} of machine {slot} could not be stopped",
                $"processes {string.Join(", ", left)} survive SIGKILL",
                "They hang in the kernel, often on a storage or network file system that does not answer; mend that, or reboot the host.");
        }
    }

    /// <summary>Starts everything that was held back, by one job.</summary>
    /// <exception cref="AgentException">kubelet or containerd did not start.</exception>
    public static async Task StartAsync(INode node, SlotName slot, CancellationToken cancellationToken)
    {
        await node.Systemd.StartAsync(Units.NodeTarget, JobMode.Replace, cancellationToken);
        foreach (var unit in (string[])[Units.Containerd, Units.Kubelet])
        {
            var state = await node.Systemd.GetUnitAsync(unit, cancellationToken);
            if (state.ActiveState is ActiveState.Failed or ActiveState.Inactive)
            {
                throw new AgentException(
                    MachinesErrors.NodeSoftwareFailed,
                    $"{unit} of machine {slot} did not start",
                    $"it is {state.ActiveState} with result '{state.Result}' (status {state.ExecMainStatus})",
                    $"See `journalctl -M {slot} -u {unit}`.");
            }
        }
    }

    private List<int> Kill(string cgroup)
    {
        for (var attempt = 0; attempt < 3; attempt++)
        {
            var alive = CgroupTree.Processes(cgroup).Select(PidFd.TryOpen).OfType<PidFd>().ToList();
            if (alive.Count == 0)
            {
                return [];
            }

            CgroupTree.TryKill(cgroup);
            alive.ForEach(p => p.Signal(SigKill));
            PidFd.WaitAll(alive, Patience, time);
            alive.ForEach(p => p.Dispose());
        }

        return [.. CgroupTree.Processes(cgroup)];
    }
}
