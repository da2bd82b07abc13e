namespace Unbounded.Agent.Core.Verification;

/// <summary>What a gate found.</summary>
/// <param name="End">How it ended.</param>
/// <param name="Checks">Every check as it was seen last, not only the ones that failed. What the deadline cut short has seen nothing.</param>
/// <param name="FirstPass">From the start of the gate to the first instant at which all checks passed; null when they never did.</param>
/// <param name="Failures">How often a settle window was broken.</param>
/// <param name="Elapsed">How long the gate ran.</param>
public sealed record GateResult(
    GateEnd End,
    IReadOnlyList<CheckReport> Checks,
    TimeSpan? FirstPass,
    int Failures,
    TimeSpan Elapsed)
{
    /// <summary>Whether the side proved healthy.</summary>
    public bool Passed => End == GateEnd.Passed;

    /// <summary>The checks that did not pass, each with its evidence; empty text when the side proved healthy.</summary>
    public string Failed
    {
        get
        {
            var failed = string.Join("; ", Checks.Where(c => c.Outcome != CheckOutcome.Passed).Select(c => $"{c.Name}: {c.Evidence}"));
            return failed.Length > 0 || Passed ? failed : "each check passed at some time, but never all of them at once";
        }
    }
}
