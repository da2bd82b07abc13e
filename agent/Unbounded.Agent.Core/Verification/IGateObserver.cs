namespace Unbounded.Agent.Core.Verification;

/// <summary>Hears of a gate's turning points. What it throws ends the gate.</summary>
public interface IGateObserver
{
    /// <summary>Every check was asked once more. A round that hangs never ends.</summary>
    void RoundEnded();

    /// <summary>All checks passed for the first time.</summary>
    /// <param name="after">Time since the start of the gate.</param>
    /// <param name="checks">Every check.</param>
    Task FirstPassAsync(TimeSpan after, IReadOnlyList<CheckReport> checks);

    /// <summary>A check failed that had passed: the settle window starts again.</summary>
    /// <param name="checks">Every check.</param>
    Task BrokenAsync(IReadOnlyList<CheckReport> checks);

    /// <summary>All checks pass again after a settle window was broken.</summary>
    /// <param name="checks">Every check.</param>
    Task GreenAgainAsync(IReadOnlyList<CheckReport> checks);
}
