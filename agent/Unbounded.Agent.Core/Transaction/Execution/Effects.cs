using Unbounded.Agent.Core.Configuration;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Transaction.Planning;
using Unbounded.Agent.Core.Transaction.Records;

namespace Unbounded.Agent.Core.Transaction.Execution;

/// <summary>What each kind of step does to the host, and for how long it may. Keeps nothing and saves nothing.</summary>
internal sealed class Effects(ISlots slots, DerivedFiles files, TimeProvider time, ExecutorOptions options, Plan plan, INodeDrain? drain = null)
{
    public async Task<Activation> RunAsync(PlanStep step, AgentRecord record, IStepProgress progress, CancellationToken stop)
    {
        var grace = GraceOf(step, record);
        switch (step.Kind)
        {
            case StepKind.Prepare:
                await slots.PrepareAsync(step.Slot!.Value, record.Transition!.Target.Thaw(), progress, stop);
                break;
            case StepKind.Revive:
                await slots.ReviveAsync(step.Slot!.Value, record.Transition!.Target.Thaw(), progress, stop);
                break;
            case StepKind.Deactivate:
                await BoundedAsync(step, grace, async token =>
                {
                    await slots.DeactivateAsync(step.Slot!.Value, grace, progress, token);
                    return Activation.Started;
                });
                break;
            case StepKind.Activate:
                return await BoundedAsync(step, TimeSpan.Zero, token => slots.ActivateAsync(step.Slot!.Value, progress, token));
            case StepKind.Restart:
                return await BoundedAsync(step, grace, token => slots.RestartAsync(step.Slot!.Value, grace, progress, token));
            case StepKind.Revert:
                return await RevertAsync(step, grace, progress);
            case StepKind.Restore:
                return await BoundedAsync(step, grace, token => slots.RevertAsync(step.Slot!.Value, step.Good, grace, progress, token));
            case StepKind.EnableActive:
                await slots.CommitAsync(step.Slot!.Value);
                break;
            case StepKind.Retire:
                await slots.RetireAsync(step.Slot!.Value, stop);
                break;
            case StepKind.Release:
                await slots.ReleaseAsync(step.Slot!.Value, stop);
                break;
            case StepKind.ApplyLive:
                await slots.ApplyLiveAsync(step.Slot!.Value, plan.Live!, stop);
                break;
            case StepKind.WriteFiles:
                await files.EnsureAsync(record, stop);
                break;
            default:
                throw new InvalidOperationException($"{step.Kind} has no effect");
        }

        return Activation.Started;
    }

    /// <summary>Drains the node, where there is a cluster that it is a part of.</summary>
    public async Task<bool> DrainAsync(AgentRecord record, IStepProgress progress, CancellationToken stop) =>
        drain is not null && await drain.DrainAsync(record, PolicyOf(record).Drain, progress, stop);

    /// <summary>How long a step may wait for one thing: as long as the configuration and the bounds of a handover allow.</summary>
    public TimeSpan LongestWait(PlanStep step, AgentRecord record) => step.Kind switch
    {
        StepKind.Prepare or StepKind.Revive => PolicyOf(record).HealthGate.BootTimeout,
        StepKind.Drain => PolicyOf(record).Drain.Timeout,
        StepKind.Activate => options.HandoverLimit,
        StepKind.Deactivate or StepKind.Restart or StepKind.Revert or StepKind.Restore => options.HandoverLimit + GraceOf(step, record),
        _ => TimeSpan.Zero,
    };

    // The node is down: giving up is no option, and neither side may be given up. Tried again, then left to the repair of the active side.
    private async Task<Activation> RevertAsync(PlanStep step, TimeSpan grace, IStepProgress progress)
    {
        var delay = options.RevertDelay;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await BoundedAsync(step, grace, token => slots.RevertAsync(step.Slot!.Value, step.Good, grace, progress, token));
            }
            catch (AgentException e) when (attempt < options.RevertTries)
            {
                progress.Warn($"try {attempt} of putting {step.Good?.Value ?? "the host"} back failed: {e.What}: {e.Why}");
                await Task.Delay(delay, time, CancellationToken.None);
                delay *= 2;
            }
        }
    }

    // Law 10: a drained side has none but what a drain leaves alone (DaemonSets, static pods), and those get no time to end.
    private TimeSpan GraceOf(PlanStep step, AgentRecord record) =>
        step.Kind == StepKind.Deactivate && record.Transition is { Drained: true } ? TimeSpan.Zero : PolicyOf(record).Drain.PodGrace;

    private UpdatePolicy PolicyOf(AgentRecord record) => record.Transition?.Target.Thaw().Policy ?? plan.Policy ?? new UpdatePolicy();

    // Not tied to the stop request on purpose: between the stop of one side and the start of the other the node is down, so the move is
    // finished or turned around first. The bound keeps that from taking for ever.
    private async Task<Activation> BoundedAsync(PlanStep step, TimeSpan grace, Func<CancellationToken, Task<Activation>> effect)
    {
        var limit = options.HandoverLimit + grace;
        using var bound = new CancellationTokenSource(limit, time);
        try
        {
            return await effect(bound.Token);
        }
        catch (OperationCanceledException e) when (bound.IsCancellationRequested)
        {
            throw new AgentException(
                CoreErrors.HandoverTimeout,
                $"The step '{step.Description}' did not end",
                $"it took longer than {limit.TotalSeconds:0} s",
                "Look at the parts of this step in the status: the last one is the one that hung",
                e);
        }
    }
}
