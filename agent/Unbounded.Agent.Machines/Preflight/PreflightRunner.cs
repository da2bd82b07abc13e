using Unbounded.Agent.Core.Errors;

namespace Unbounded.Agent.Machines.Preflight;

/// <summary>Runs all checks at the same time and reports every one: the first failure hides no other.</summary>
public sealed class PreflightRunner
{
    private readonly IReadOnlyList<IPreflightCheck> _checks;
    private readonly TimeProvider _time;

    /// <summary>Creates a runner.</summary>
    /// <param name="checks">The checks, in the order of the report; see <see cref="PreflightChecks"/>.</param>
    /// <param name="time">Clock of timeouts and durations.</param>
    public PreflightRunner(IReadOnlyList<IPreflightCheck> checks, TimeProvider time)
    {
        _checks = checks;
        _time = time;
    }

    /// <summary>Names of all checks, in order.</summary>
    public IReadOnlyList<string> Names => [.. _checks.Select(c => c.Name)];

    /// <summary>Runs them. A check that fails in an unforeseen way, or is too slow, is an error of that check.</summary>
    /// <exception cref="AgentException">A name to ignore is no check's: <see cref="MachinesErrors.UnknownCheck"/>.</exception>
    public async Task<PreflightReport> RunAsync(PreflightInput input, PreflightOptions options, CancellationToken cancellationToken)
    {
        var unknown = options.Ignore.Where(i => !Names.Contains(i, StringComparer.Ordinal)).ToList();
        if (unknown.Count > 0)
        {
            throw new AgentException(
                MachinesErrors.UnknownCheck,
                $"there is no check {string.Join(", ", unknown)}",
                $"the checks are {string.Join(", ", Names)}",
                "Give one of these names to --ignore");
        }

        return new PreflightReport(await Task.WhenAll(_checks.Select(c => RunAsync(c, input, options, cancellationToken))));
    }

    private async Task<PreflightResult> RunAsync(IPreflightCheck check, PreflightInput input, PreflightOptions options, CancellationToken cancellationToken)
    {
        if (options.Ignore.Contains(check.Name, StringComparer.Ordinal))
            return new PreflightResult(check.Name, PreflightStatus.Skipped, "ignored, as asked", null, TimeSpan.Zero);
        var started = _time.GetTimestamp();
        var finding = await FindAsync(check, input, cancellationToken);
        return new PreflightResult(check.Name, finding.Status, finding.Evidence, finding.NextStep, _time.GetElapsedTime(started));
    }

    private async Task<PreflightFinding> FindAsync(IPreflightCheck check, PreflightInput input, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(check.Timeout, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            // On a thread of its own: a check may read files, and none may hold up the others. One that ignores its token is left behind.
            return await Task.Run(() => check.RunAsync(input, both.Token), both.Token).WaitAsync(both.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return PreflightFinding.Error($"no answer within {check.Timeout.TotalSeconds:0} s", $"See what hangs, or leave this out with --ignore {check.Name}");
        }
        catch (AgentException e)
        {
            return PreflightFinding.Error($"{e.What}: {e.Why}", e.Next);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return PreflightFinding.Error(e.Message, "Run as root, and see the path that it names");
        }
    }
}
