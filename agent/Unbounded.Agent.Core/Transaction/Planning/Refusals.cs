using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Transaction.Records;

namespace Unbounded.Agent.Core.Transaction.Planning;

/// <summary>States in which the agent does nothing on its own, each with what a person can do.</summary>
internal static class Refusals
{
    public static Plan Because(ErrorRecord error) => new(PlanKind.Refused, error.Message) { Refusal = error };

    public static Plan UnexplainedSide(SlotName slot) => Because(new(
        CoreErrors.UnexplainedSide.Id,
        $"{slot} runs or is enabled on this host, but neither a record nor an applied config explains it",
        "an installation by another agent was interrupted, or its files were removed",
        $"Put {slot}-applied-config.json back to have the node adopted, or run `unbounded-agent uninstall` to start from nothing"));

    public static Plan ConfigWithoutSide(SlotName slot) => Because(new(
        CoreErrors.AppliedConfigWithoutSide.Id,
        $"{slot} has an applied config but no complete content",
        "its root file system was removed, or never finished",
        $"Move {slot}-applied-config.json and its .sha256 away to have the node installed anew, or put the machine's root back"));

    public static Plan ConfigOfAnotherSide(SlotName config, SlotName permitted) => Because(new(
        CoreErrors.ActiveSideUnknown.Id,
        $"The applied config is that of {config}, but {permitted} is the side that runs",
        "an update by another agent was interrupted before it wrote the new side's applied config",
        $"Stop the side that should not run, or put {permitted}-applied-config.json in place of the other, and start again"));

    public static Plan NoPrevious(string request) => Because(new(
        CoreErrors.NothingToRollBackTo.Id,
        "There is no previous side to roll back to",
        "the node was swapped no more than once, or a later preparation has removed it",
        "Set the desired version and image to the ones you want: the node is swapped to them")) with
    { AnsweredRequest = request };

    public static Plan PreviousIncomplete(SlotName slot, SlotState state, string request) => Because(new(
        CoreErrors.NothingToRollBackTo.Id,
        $"The previous side {slot} can't be booted",
        $"its content is {(state == SlotState.Empty ? "gone" : "not complete")}",
        "Set the desired version and image to the ones you want: the node is swapped to them")) with
    { AnsweredRequest = request };

    public static Plan ContentLost(SlotName slot) => Because(new(
        CoreErrors.ActiveContentLost.Id,
        $"The content of the active side {slot} is gone, and no valid configuration says what to install in its place",
        "its root file system was removed or damaged",
        "Provide a valid configuration: the node is then installed into the other slot"));

    public static Plan AnotherNode(IReadOnlyList<string> differences) => Because(new(
        CoreErrors.AnotherNode.Id,
        "The desired configuration is that of another node",
        string.Join("; ", differences),
        "Put the names back, or run `unbounded-agent uninstall` and `install`: a node is never renamed by an update"));

    public static Plan ForeignSlot(SlotName slot) => Because(new(
        CoreErrors.ForeignSlot.Id,
        $"The record names {slot}, which is no slot of this node",
        "it is the record of a node of another kind, or it was edited",
        "Put the record of this node back, or move it aside to have the node adopted again"));
}
