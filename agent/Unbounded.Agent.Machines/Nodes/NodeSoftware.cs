using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Linux.DBus.Systemd;
using Unbounded.Agent.Machines.Layout;

namespace Unbounded.Agent.Machines.Nodes;

/// <summary>Stops and starts kubelet and containerd inside a machine.</summary>
/// <param name="time">The clock.</param>
/// <param name="processes">What is left of a unit; null for the real ones.</param>
internal sealed class NodeSoftware(TimeProvider time, IUnitProcesses? processes = null)
{
    private const int SigTerm = 15;

    // Neither has anything to lose by then: the kubelet keeps its state in the API server, containerd's pods have ended.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    // Both are up within a second; what takes longer is a container runtime that will not come up. The node is down meanwhile.
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(30);

    private readonly IUnitProcesses _processes = processes ?? new UnitProcesses(time);

    /// <summary>Stops a unit: <see cref="AskToStopAsync"/>, then <see cref="EnsureStoppedAsync"/>.</summary>
    /// <exception cref="AgentException">Processes of it survive.</exception>
    public async Task StopAsync(INode node, SlotName slot, string unit, CancellationToken cancellationToken)
    {
        await AskToStopAsync(node, unit, cancellationToken);
        await EnsureStoppedAsync(node.Payload, slot, unit);
    }

    /// <summary>
    /// Asks for the stop of a unit, and waits until it has stopped, but not for long: the old side must not stretch the downtime. The marker must be gone
    /// from the machine, or its systemd might start the unit again.
    /// </summary>
    /// <returns>Whether there was an answer in time.</returns>
    public Task<bool> AskToStopAsync(INode node, string unit, CancellationToken cancellationToken) =>
        TryInTimeAsync(Patience, token => node.Systemd.StopAsync(unit, JobMode.ReplaceIrreversibly, token), cancellationToken);

    /// <summary>
    /// Asks a unit's main process to end at once, and for the stop of the unit, whose job waits for the units that are ordered after it. For what has
    /// nothing left to do for those.
    /// </summary>
    /// <returns>Whether there was an answer in time.</returns>
    public async Task<bool> AskToStopNowAsync(INode node, string unit, CancellationToken cancellationToken)
    {
        // The job comes first: with it waiting, systemd does not start the unit again.
        var stop = AskToStopAsync(node, unit, cancellationToken);
        await TryInTimeAsync(Patience, token => node.Systemd.KillAsync(unit, KillTarget.Main, SigTerm, token), cancellationToken);
        return await stop;
    }

    /// <summary>Kills what is left of a unit that was too slow, or whose systemd does not answer: its cgroup tells.</summary>
    /// <param name="payload">Directory of the machine's control group.</param>
    /// <param name="slot">The machine.</param>
    /// <param name="unit">The unit.</param>
    /// <exception cref="AgentException">Processes of it survive.</exception>
    public async Task EnsureStoppedAsync(string payload, SlotName slot, string unit)
    {
        var left = await _processes.KillAsync(payload, unit);
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
    public async Task StartAsync(INode node, SlotName slot, CancellationToken cancellationToken)
    {
        await TryInTimeAsync(StartPatience, token => node.Systemd.StartAsync(Units.NodeTarget, JobMode.Replace, token), cancellationToken);
        await RequireAsync(node, slot, Units.Containerd, s => s.IsActive, cancellationToken);
        // A kubelet that has ended already is started again by its systemd: whether it stays up is for the gate to tell.
        await RequireAsync(node, slot, Units.Kubelet, s => s.ActiveState is not (ActiveState.Failed or ActiveState.Inactive), cancellationToken);
    }

    // A failure to ask is no failure to get there: what counts is looked at afterwards.
    private async Task<bool> TryInTimeAsync(TimeSpan patience, Func<CancellationToken, Task> ask, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(patience, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await ask(both.Token);
            return true;
        }
        catch (Exception e) when (e is OperationCanceledException or AgentException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return false;
        }
    }

    private static async Task RequireAsync(
        INode node, SlotName slot, string unit, Func<UnitState, bool> isUp, CancellationToken cancellationToken)
    {
        var state = await node.Systemd.GetUnitAsync(unit, cancellationToken);
        if (!isUp(state))
        {
            throw new AgentException(
                MachinesErrors.NodeSoftwareFailed,
                $"{unit} of machine {slot} did not start",
                $"it is {state.ActiveState} ({state.SubState}) with result '{state.Result}' (status {state.ExecMainStatus})",
                $"See `journalctl -M {slot} -u {unit}`.");
        }
    }
}
