namespace Unbounded.Agent.Core.Verification;

/// <summary>How a gate ended.</summary>
public enum GateEnd
{
    /// <summary>All checks passed and stayed green for the settle window.</summary>
    Passed,

    /// <summary>They did not in time.</summary>
    TimedOut,

    /// <summary>One of them can never pass.</summary>
    Never,
}
