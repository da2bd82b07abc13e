using Unbounded.Agent.Core.Configuration.Applied;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Transaction.Records;

namespace Unbounded.Agent.SlotsServer;

/// <summary>One call of one method; each has a connection of its own, whose end cancels it.</summary>
public sealed record SlotsRequest(Verb Verb, SlotName Slot)
{
    public SlotName? Good { get; init; }

    public TimeSpan Grace { get; init; }

    public FrozenTarget? Target { get; init; }

    public string? Check { get; init; }

    /// <summary>The caller's token was cancelled before the call.</summary>
    public bool Cancelled { get; init; }

    /// <summary>A target as it travels: the way it is kept in a record.</summary>
    public static FrozenTarget Freeze(Target target) =>
        FrozenTarget.Freeze(target, new(AppliedConfig.Serialize(target.Config)));
}
