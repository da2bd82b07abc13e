using Unbounded.Agent.Core.Configuration.Applied;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Transaction.Changes;
using Unbounded.Agent.Core.Verification;

namespace Unbounded.Agent.Core.Transaction.Execution;

/// <summary>Runs the verification gate over a side, and notes what it sees: downtime, broken settle windows, evidence.</summary>
internal sealed class SideGate(ISlots slots, ICheckSource checks, TimeProvider time, Journal journal, ITransitionObserver? observer) : IGateObserver
{
    private long? _downStamp;
    private long _gateStarted;

    /// <summary>The old kubelet is about to be asked to stop.</summary>
    public void NodeGoesDown() => _downStamp ??= time.GetTimestamp();

    /// <summary>The new side, or the restarted one: it must stay healthy for the settle window.</summary>
    /// <exception cref="AgentException">It did not prove healthy.</exception>
    public async Task VerifyAsync(SlotName slot, CancellationToken cancellationToken)
    {
        var target = journal.Transition.Target.Thaw();
        var all = ChecksOf(slot, target);
        var result = await RunAsync(all, GateLimits.From(target.Policy.HealthGate), cancellationToken);
        if (!result.Passed)
        {
            throw IsOfTheSurroundings(result, all) ? Unproven(slot, result, target.Policy.HealthGate.Timeout) : Failed(slot, result, target.Policy.HealthGate.Timeout);
        }
    }

    /// <summary>The old side after a revert, as far as checks speak of it. One pass is enough: nothing is decided by it.</summary>
    /// <exception cref="AgentException">It did not prove healthy.</exception>
    public async Task VerifyRevertedAsync(SlotName slot, CancellationToken cancellationToken)
    {
        var side = journal.Current.Active ?? throw new InvalidOperationException("there is no side to go back to");
        var policy = journal.Transition.Target.Thaw().Policy;
        var config = AppliedConfig.Load($"{side.Slot}-applied-config.json", side.AppliedConfig.Memory.ToArray(), sidecar: null).Config;
        var evidence = journal.Transition.Evidence;
        var limits = GateLimits.From(policy.HealthGate) with { Settle = TimeSpan.Zero };
        var all = ChecksOf(slot, new Target(side.Fingerprint ?? "", config, policy)).Where(c => c.SpeaksOfTheSide);
        var result = await RunAsync([.. all], limits, cancellationToken);

        // The evidence that matters afterwards is why the new side was given up.
        journal.Note(journal.Current with { Transition = journal.Transition with { Evidence = evidence, RevertVerified = result.Passed } });
        if (!result.Passed)
        {
            throw Failed(slot, result, policy.HealthGate.Timeout);
        }
    }

    /// <inheritdoc/>
    public void RoundEnded() => observer?.StillWaits();

    /// <inheritdoc/>
    public async Task FirstPassAsync(TimeSpan after, IReadOnlyList<CheckReport> checks)
    {
        // A gate that runs again after a restart of the agent finds a node that has been up all along; one that runs over the old side again
        // finds one that was down until now.
        var measured = journal.Transition is { DowntimeMilliseconds: not null, GivenUp: null };
        if (!measured && Downtime(after) is { } downtime)
        {
            await journal.SaveIfPossibleAsync(Turns.Up(journal.Current, downtime, checks));
        }
    }

    /// <inheritdoc/>
    public Task BrokenAsync(IReadOnlyList<CheckReport> checks) =>
        journal.SaveIfPossibleAsync(Turns.HealthFailed(journal.Current, checks, time.GetUtcNow()));

    /// <inheritdoc/>
    public Task GreenAgainAsync(IReadOnlyList<CheckReport> checks) =>
        journal.SaveIfPossibleAsync(Turns.HealthPassed(journal.Current, checks, time.GetUtcNow()));

    private IReadOnlyList<ICheck> ChecksOf(SlotName slot, Target target) => [.. slots.Checks(slot, target), .. checks.Checks(slot, target)];

    private async Task<GateResult> RunAsync(IReadOnlyList<ICheck> all, GateLimits limits, CancellationToken cancellationToken)
    {
        _gateStarted = time.GetTimestamp();
        var result = await new VerificationGate(time).RunAsync(all, limits, this, cancellationToken);
        journal.Note(journal.Current with { Transition = journal.Transition with { Evidence = result.Checks } });
        return result;
    }

    // Within one process by a clock that is never set; across a restart of the agent by the wall clock, which is all there is.
    private TimeSpan? Downtime(TimeSpan after)
    {
        if (_downStamp is { } stamp)
        {
            return time.GetElapsedTime(stamp, _gateStarted) + after;
        }

        return journal.Transition.DownSince is { } since && time.GetUtcNow() - since is var passed && passed >= TimeSpan.Zero ? passed : null;
    }

    // Whatever the side is like, it could not have passed.
    private static bool IsOfTheSurroundings(GateResult result, IReadOnlyList<ICheck> all)
    {
        var failed = all.Zip(result.Checks).Where(c => c.Second.Outcome != CheckOutcome.Passed).Select(c => c.First).ToList();
        return failed.Count > 0 && failed.TrueForAll(c => !c.SpeaksOfTheSide);
    }

    private static AgentException Unproven(SlotName slot, GateResult result, TimeSpan timeout) => new(
        CoreErrors.SurroundingsFailed,
        $"{slot} could not be proven healthy",
        $"what it depends on failed for {timeout.TotalSeconds:0} s: {result.Failed}",
        "Mend that: the same target is tried again within its attempts, or when retryNonce changes");

    private static AgentException Failed(SlotName slot, GateResult result, TimeSpan timeout) => new(
        CoreErrors.GateFailed,
        $"{slot} did not prove healthy",
        result.End == GateEnd.Never
            ? $"a check can never pass: {result.Failed}"
            : $"not all checks stayed green within {timeout.TotalSeconds:0} s ({result.Failures} times they turned red again): {result.Failed}",
        "Correct the image or the configuration; the same target is tried again when retryNonce changes");
}
