using System.Globalization;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Transaction.Records;

namespace Unbounded.Agent.Core.Transaction.Planning;

/// <summary>How often a target may be tried (laws 5, 6).</summary>
internal static class Budget
{
    /// <summary>The longest wait between two attempts.</summary>
    public static readonly TimeSpan LongestBackoff = TimeSpan.FromMinutes(30);

    private static readonly TimeSpan FirstBackoff = TimeSpan.FromSeconds(10);

    /// <summary>When to try again after the given number of attempts: 10 s, doubled each time, at most 30 min.</summary>
    public static DateTimeOffset RetryAt(int used, DateTimeOffset now) => now + Delay(used);

    /// <summary>The wait after the given number of failures.</summary>
    public static TimeSpan Delay(int failures) =>
        TimeSpan.FromTicks(Math.Min(LongestBackoff.Ticks, FirstBackoff.Ticks << Math.Clamp(failures - 1, 0, 20)));

    /// <summary>Whether an interrupted transition may be tried once more.</summary>
    public static bool AllowsResume(AgentRecord record, TransitionRecord transition, int maxAttempts)
    {
        var used = transition.Kind switch
        {
            TransitionKind.Restart => transition.Resumes + 1,
            TransitionKind.Rollback => record.RequestAttempts?.Counted ?? 1,
            _ => record.Attempts?.Counted ?? 1,
        };
        return used < maxAttempts;
    }

    /// <summary>The plan that says why a target is not tried now; null when it may be.</summary>
    public static Plan? Blocks(TargetAttempts? attempts, Target target, DateTimeOffset now)
    {
        if (attempts is null || !attempts.IsAbout(target.Fingerprint, target.Policy.RetryNonce))
        {
            return null;
        }

        if (attempts.Failed || attempts.Counted >= target.Policy.Rollback.MaxAttempts)
        {
            return new(
                PlanKind.Held,
                $"the desired target failed ({attempts.Error?.Message ?? "given up"}) and is tried again when it or retryNonce changes");
        }

        return Waits(attempts, now);
    }

    /// <summary>The plan that waits for the next attempt; null when that is due.</summary>
    public static Plan? Waits(TargetAttempts attempts, DateTimeOffset now) =>
        attempts.WaitsUntil(now) is { } at
            ? new(PlanKind.Waiting, string.Create(CultureInfo.InvariantCulture, $"attempt {attempts.Used + 1} follows at {at:u}")) { LookAgainAt = at }
            : null;
}
