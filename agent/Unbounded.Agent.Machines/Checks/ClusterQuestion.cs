using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Verification;

namespace Unbounded.Agent.Machines.Checks;

/// <summary>
/// What one check asks an API server: within a limit, and not as often as the gate asks the check. Waived while the server can't be asked: a lost server, and a
/// right that is missing, say nothing of the new side.
/// </summary>
/// <param name="what">What is asked for, with its article, as a sentence begins after a colon.</param>
/// <param name="time">The clock.</param>
internal sealed class ClusterQuestion(string what, TimeProvider time)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(9);
    private static readonly TimeSpan WhileItFails = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan WhileItPasses = TimeSpan.FromSeconds(5);

    private long _asked;
    private CheckResult? _answer;

    /// <summary>How long a check that asks may take.</summary>
    public static TimeSpan Timeout => TimeSpan.FromSeconds(10);

    /// <summary>The answer: the last one again, or another.</summary>
    public async Task<CheckResult> AskAsync(Func<CancellationToken, Task<CheckResult>> ask, CancellationToken cancellationToken)
    {
        var every = _answer?.Outcome == CheckOutcome.Passed ? WhileItPasses : WhileItFails;
        if (_answer is null || time.GetElapsedTime(_asked) >= every)
        {
            _answer = await NowAsync(ask, cancellationToken);
            _asked = time.GetTimestamp();
        }

        return _answer;
    }

    private async Task<CheckResult> NowAsync(Func<CancellationToken, Task<CheckResult>> ask, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await ask(either.Token);
        }
        catch (AgentException e)
        {
            return CheckResult.Passed($"waived: {what} can't be read, which says nothing of the new side ({e.Code}: {e.Why})");
        }
        catch (ObjectDisposedException)
        {
            return CheckResult.Passed("waived: the connection was given up, for another identity, say");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return CheckResult.Passed($"waived: the API server gave no answer within {Limit.TotalSeconds:0} s");
        }
    }
}
