using Unbounded.Agent.Core.Configuration;

namespace Unbounded.Agent.Core.Verification;

/// <summary>The times that a gate keeps to.</summary>
/// <param name="Timeout">How long all checks may take to turn green. A settle window that is unbroken at that instant may end.</param>
/// <param name="Settle">How long all checks must stay green. Zero: one pass is enough.</param>
public sealed record GateLimits(TimeSpan Timeout, TimeSpan Settle)
{
    /// <summary>How long to wait before checks are asked again that did not all pass. Default 250 ms.</summary>
    public TimeSpan RetryInterval { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How long to wait between two rounds while all pass. Default 1 s.</summary>
    public TimeSpan SettleInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The times of a policy.</summary>
    public static GateLimits From(HealthGatePolicy policy) => new(policy.Timeout, policy.Settle);
}
