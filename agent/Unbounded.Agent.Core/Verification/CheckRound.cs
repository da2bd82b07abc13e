using Unbounded.Agent.Core.Errors;

namespace Unbounded.Agent.Core.Verification;

/// <summary>Asks every check once, all at the same time, each within its own timeout.</summary>
internal sealed class CheckRound(TimeProvider time)
{
    private const int LongestEvidence = 500;

    /// <summary>One round.</summary>
    /// <param name="checks">The checks.</param>
    /// <param name="before">What was seen of each before; null at the first round.</param>
    /// <param name="limit">No evaluation takes longer, whatever its own timeout; null: no limit.</param>
    /// <param name="cancellationToken">Ends the round with <see cref="OperationCanceledException"/>.</param>
    /// <returns>
    /// What was seen of each check last, whether all of them passed in this very round, and whether those did that end a downtime. An evaluation that the round cut short has seen nothing: what was seen
    /// before it is kept.
    /// </returns>
    public async Task<(IReadOnlyList<CheckReport> Reports, bool Green, bool Up)> RunAsync(
        IReadOnlyList<ICheck> checks,
        IReadOnlyList<CheckReport>? before,
        TimeSpan? limit,
        CancellationToken cancellationToken)
    {
        using var settled = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var running = checks.Select((check, i) => AskAsync(check, before?[i], limit, settled, cancellationToken)).ToArray();
        var answers = await Task.WhenAll(running);
        var passed = answers.Select(a => a is { Cut: false, Report.Outcome: CheckOutcome.Passed }).ToArray();
        return ([.. answers.Select(a => a.Report)], passed.All(p => p), checks.Zip(passed).All(c => c.Second || !c.First.EndsDowntime));
    }

    private async Task<(CheckReport Report, bool Cut)> AskAsync(
        ICheck check,
        CheckReport? before,
        TimeSpan? limit,
        CancellationTokenSource settled,
        CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var (result, cut) = await EvaluateAsync(check, limit, settled.Token, cancellationToken);
        if (result.Outcome == CheckOutcome.Never)
        {
            // The verdict is known: what the other checks still wait for no longer matters.
            Settle(settled);
        }

        var evaluations = (before?.Evaluations ?? 0) + 1;
        return cut && before is not null
            ? (before with { Evaluations = evaluations }, cut)
            : (new(check.Name, result.Outcome, result.Evidence, (long)time.GetElapsedTime(started).TotalMilliseconds, evaluations), cut);
    }

    // It holds what a machine says of itself.
    private static string Kept(string evidence) => Redaction.Kept(evidence, LongestEvidence).ReplaceLineEndings(" ");

    // In place, not on another thread: a verdict is reached in the same order every time.
    private static void Settle(CancellationTokenSource settled) => settled.Cancel();

    private async Task<(CheckResult Result, bool Cut)> EvaluateAsync(ICheck check, TimeSpan? limit, CancellationToken settled, CancellationToken cancellationToken)
    {
        var allowed = limit is { } l && l < check.Timeout ? l : check.Timeout;
        using var timeout = new CancellationTokenSource(allowed, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, settled);
        try
        {
            // A check that does not heed its token must not hold up the verdict.
            var result = await check.EvaluateAsync(either.Token).WaitAsync(either.Token);
            return (result with { Evidence = Kept(result.Evidence) }, Cut: false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return settled.IsCancellationRequested
                ? (CheckResult.NotYet("not asked to the end: another check can never pass"), Cut: true)
                : (CheckResult.NotYet($"no answer within {allowed.TotalSeconds:0.###} s"), Cut: allowed < check.Timeout);
        }
        catch (AgentException e)
        {
            return (CheckResult.NotYet(Kept($"{e.Code}: {e.What}: {e.Why}")), Cut: false);
        }
#pragma warning disable CA1031 // a check that breaks is a check that did not pass: the gate must end with a verdict
        catch (Exception e) when (e is not OperationCanceledException)
#pragma warning restore CA1031
        {
            return (CheckResult.NotYet(Kept($"{e.GetType().Name}: {e.Message}")), Cut: false);
        }
    }
}
