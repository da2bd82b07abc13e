using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Transaction.Records;
using Unbounded.Agent.Core.Verification;

namespace Unbounded.Agent.SlotsServer;

/// <summary>What came of a call.</summary>
public sealed record SlotsReply
{
    public SlotsObservation? Observation { get; init; }

    public Activation? Activation { get; init; }

    public IReadOnlyList<CheckName>? Checks { get; init; }

    public CheckResult? Check { get; init; }

    /// <summary>The call failed as the contract says it may.</summary>
    public ErrorRecord? Error { get; init; }

    public bool Cancelled { get; init; }

    /// <summary>It failed in another way: the whole exception.</summary>
    public string? Fault { get; init; }
}
