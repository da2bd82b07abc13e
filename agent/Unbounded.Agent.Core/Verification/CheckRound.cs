using Unbounded.Agent.Core.Errors;

namespace Unbounded.Agent.Core.Verification;

/// <summary>Asks every check once, all at the same time, each within its own timeout.</summary>
internal sealed class CheckRound(TimeProvider time)
{
    private const int LongestEvidence = 500;

    /// <summary>One round.</summary>
    /// <param name="checks">The checks.</param>
    /// <param name="before">What was seen of each before, for its count; null at the first round.</param>
    /// <param name="limit">No evaluation takes longer, whatever its own timeout; null: no limit.</param>
    /// <param name="cancellationToken">Ends the round with <see cref="OperationCanceledException"/>.</param>
    public async Task<IReadOnlyList<CheckReport>> RunAsync(
        IReadOnlyList<ICheck> checks,
        IReadOnlyList<CheckReport>? before,
        TimeSpan? limit,
        CancellationToken cancellationToken)
    {
        using var settled = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var running = checks
            .Select((check, i) => AskAsync(check, (before?[i].Evaluations ?? 0) + 1, limit, settled, cancellationToken))
            .ToArray();
        return await Task.WhenAll(running);
    }

    private async Task<CheckReport> AskAsync(
        ICheck check,
        int evaluation,
        TimeSpan? limit,
        CancellationTokenSource settled,
        CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var result = await EvaluateAsync(check, limit, settled.Token, cancellationToken);
        if (result.Outcome == CheckOutcome.Never)
        {
            // The verdict is known: what the other checks still wait for no longer matters.
            Settle(settled);
        }

        return new(check.Name, result.Outcome, result.Evidence, (long)time.GetElapsedTime(started).TotalMilliseconds, evaluation);
    }

    private static string Kept(string evidence) =>
        Redaction.Scrub(evidence.Length > LongestEvidence ? evidence[..LongestEvidence] + "…" : evidence);

    // In place, not on another thread: a verdict is reached in the same order every time.
    private static void Settle(CancellationTokenSource settled) => settled.Cancel();

    private async Task<CheckResult> EvaluateAsync(ICheck check, TimeSpan? limit, CancellationToken settled, CancellationToken cancellationToken)
    {
        var allowed = limit is { } l && l < check.Timeout ? l : check.Timeout;
        using var timeout = new CancellationTokenSource(allowed, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, settled);
        try
        {
            // A check that does not heed its token must not hold up the verdict.
            var result = await check.EvaluateAsync(either.Token).WaitAsync(either.Token);
            return result with { Evidence = Kept(result.Evidence) };
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return CheckResult.NotYet(settled.IsCancellationRequested
                ? "not asked to the end: another check can never pass"
                : $"no answer within {allowed.TotalSeconds:0.###} s");
        }
        catch (AgentException e)
        {
            return CheckResult.NotYet(Kept($"{e.Code}: {e.What}: {e.Why}"));
        }
#pragma warning disable CA1031 // a check that breaks is a check that did not pass: the gate must end with a verdict
        catch (Exception e) when (e is not OperationCanceledException)
#pragma warning restore CA1031
        {
            return CheckResult.NotYet(Kept($"{e.GetType().Name}: {e.Message}"));
        }
    }
}
