using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Transaction.Execution;
using Unbounded.Agent.Core.Transaction.Phases;
using Unbounded.Agent.Core.Transaction.Planning;
using Unbounded.Agent.Core.Transaction.Records;
using Unbounded.Agent.Linux;

namespace Unbounded.Agent.Partitions.Updates;

/// <summary>The turns of the daemon's loop on a host that updates itself: a verdict where one is due, and every six hours a look for something newer.</summary>
/// <param name="steps">What is done.</param>
/// <param name="settings">How this host is updated.</param>
/// <param name="time">The clock.</param>
public sealed class UpdateTurns(IUpdateSteps steps, UpdateSettings settings, TimeProvider time)
{
    /// <summary>How often it is looked for something newer.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromHours(6);

    /// <summary>How long after a failed verdict the next one is given.</summary>
    public static readonly TimeSpan BetweenVerdicts = TimeSpan.FromMinutes(1);

    /// <summary>How long after a failure it is tried again.</summary>
    public static readonly TimeSpan AfterFailure = TimeSpan.FromMinutes(15);

    private DateTimeOffset? _next;
    private ReconcileResult? _last;

    /// <summary>One turn.</summary>
    /// <exception cref="AgentException">Another run of the agent holds the lock; every other failure is in the result.</exception>
    public async Task<ReconcileResult> TurnAsync(CancellationToken stop)
    {
        try
        {
            if (await steps.IsVerdictDueAsync(stop))
                return Verdict(await steps.HealthcheckAsync(stop));
            // Woken for something else, or because clocks are set while one sleeps.
            if (_last is not null && _next is { } next && time.GetUtcNow() < next)
                return _last;
            return Look(await steps.TurnAsync(stop));
        }
        catch (AgentException e) when (e.Code != LinuxErrors.Locked)
        {
            return Keep(new(new(PlanKind.Nothing, e.What), ExecutionEnd.Unfinished, Record: null, time.GetUtcNow() + AfterFailure, ErrorRecord.From(e)));
        }
    }

    private ReconcileResult Verdict(UpdateEnd end)
    {
        _last = null;
        // Somebody else has activated one since it was asked whether a verdict is due: the reboot is under way, or the next turn's.
        var waits = end.Succeeded && end.State.Phase is Phase.Activated;
        return Of(end, time.GetUtcNow() + (waits ? AfterFailure : end.Succeeded ? TimeSpan.Zero : BetweenVerdicts));
    }

    private ReconcileResult Look(UpdateEnd end)
    {
        var now = time.GetUtcNow();
        var again = now + Interval;
        // A window that is open for an hour would be missed by turns of six.
        if (MaintenanceWindow.TryParse(settings.MaintenanceWindow, out var window) && window?.IsOpen(now) == false && window.NextOpening(now) < again)
            again = window.NextOpening(now);
        return Keep(Of(end, end.LookAgainAt is { } sooner && sooner < again ? sooner : again));
    }

    private ReconcileResult Keep(ReconcileResult result)
    {
        (_last, _next) = (result, result.LookAgainAt);
        return result;
    }

    private static ReconcileResult Of(UpdateEnd end, DateTimeOffset again) => new(
        new(PlanKind.Nothing, end.Summary), end.Reboots ? ExecutionEnd.EndsProcess : ExecutionEnd.Completed, Record: null, end.Reboots ? null : again, end.Problem);
}
