namespace Unbounded.Agent.Core.Verification;

/// <summary>
/// Decides whether a side is healthy: all checks must pass, and then stay green for the settle window. A failure within the window starts it
/// again; a window must begin before the deadline, and one that is unbroken then may end.
/// </summary>
/// <param name="time">The clock.</param>
public sealed class VerificationGate(TimeProvider time)
{
    private readonly CheckRound _round = new(time);

    /// <summary>Runs the gate to its verdict.</summary>
    /// <param name="checks">What must be true. None: the settle window alone.</param>
    /// <param name="limits">The times.</param>
    /// <param name="observer">Hears of turning points, null when nobody does.</param>
    /// <param name="cancellationToken">Ends the gate without a verdict.</param>
    public async Task<GateResult> RunAsync(
        IReadOnlyList<ICheck> checks,
        GateLimits limits,
        IGateObserver? observer,
        CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        IReadOnlyList<CheckReport>? reports = null;
        TimeSpan? firstPass = null;
        TimeSpan? greenSince = null;
        var wasGreen = false;
        var failures = 0;
        while (true)
        {
            (reports, var green, var up) = await _round.RunAsync(checks, reports, Limit(greenSince), cancellationToken);
            observer?.RoundEnded();
            var elapsed = time.GetElapsedTime(started);
            if (reports.Any(r => r.Outcome == CheckOutcome.Never))
            {
                return Result(GateEnd.Never);
            }

            if (up && firstPass is null)
            {
                firstPass = elapsed;
                await (observer?.FirstPassAsync(elapsed, reports) ?? Task.CompletedTask);
            }

            if (green)
            {
                if (wasGreen && greenSince is null)
                {
                    await (observer?.GreenAgainAsync(reports) ?? Task.CompletedTask);
                }

                wasGreen = true;
                greenSince ??= elapsed;
                var left = limits.Settle - (elapsed - greenSince.Value);
                if (left <= TimeSpan.Zero)
                {
                    return Result(GateEnd.Passed);
                }

                await WaitAsync(Shorter(left, limits.SettleInterval));
                continue;
            }

            if (greenSince is not null)
            {
                greenSince = null;
                failures++;
                await (observer?.BrokenAsync(reports) ?? Task.CompletedTask);
            }

            if (elapsed >= limits.Timeout)
            {
                return Result(GateEnd.TimedOut);
            }

            await WaitAsync(Shorter(limits.Timeout - elapsed, limits.RetryInterval));
            if (time.GetElapsedTime(started) >= limits.Timeout)
            {
                // No check could answer a question that is asked at the deadline.
                return Result(GateEnd.TimedOut);
            }
        }

        GateResult Result(GateEnd end) => new(end, reports, firstPass, failures, time.GetElapsedTime(started));

        // The deadline also bounds a check that waits; a window that is open at the deadline may end.
        TimeSpan? Limit(TimeSpan? green)
        {
            var left = limits.Timeout - time.GetElapsedTime(started);
            return green is not null ? null : left > TimeSpan.Zero ? left : TimeSpan.FromMilliseconds(1);
        }

        Task WaitAsync(TimeSpan interval) => Task.Delay(interval, time, cancellationToken);
    }

    private static TimeSpan Shorter(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
