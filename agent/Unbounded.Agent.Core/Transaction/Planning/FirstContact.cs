using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Transaction.Records;

namespace Unbounded.Agent.Core.Transaction.Planning;

/// <summary>A host without an active side: fresh, set up by the ancestor, or left by an installation that failed.</summary>
internal static class FirstContact
{
    public static Plan Decide(Desired? desired, Observed observed) => observed.Discovered switch
    {
        { Problem: { } problem } => Refusals.Because(problem),
        { Config: { } config } => WithConfig(config, desired, observed.Slots),
        _ => WithoutConfig(desired, observed),
    };

    public static Plan InstallAgain(AgentRecord record, Desired? desired, Observed observed, DateTimeOffset now)
    {
        if (desired is null)
        {
            return Plans.NotConfigured(record);
        }

        return Budget.Blocks(record.Attempts, desired.Target, now)
            ?? Plans.Install(record, observed.Slots.Slots[0].Name, desired, observed, "the node has no side yet");
    }

    private static Plan WithoutConfig(Desired? desired, Observed observed)
    {
        var slots = observed.Slots;
        if (slots.Permitted is { } || slots.BootsNext is { })
        {
            return Refusals.UnexplainedSide(slots.Permitted ?? slots.BootsNext!.Value);
        }

        return desired is null
            ? Plans.NotConfigured(record: null)
            : Plans.Install(record: null, slots.Slots[0].Name, desired, observed, "a fresh host");
    }

    private static Plan WithConfig(FoundConfig config, Desired? desired, SlotsObservation slots)
    {
        if (slots.Slots.FirstOrDefault(s => s.Name == config.Slot) is not { } slot || slot.State is SlotState.Empty or SlotState.Partial)
        {
            return Refusals.ConfigWithoutSide(config.Slot);
        }

        if (slots.Permitted is { } permitted && permitted != config.Slot)
        {
            return Refusals.ConfigOfAnotherSide(config.Slot, permitted);
        }

        return Plans.Adopt(config, desired);
    }
}
