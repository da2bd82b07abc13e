using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Transaction.Records;

namespace Unbounded.Agent.Core.Transaction.Planning;

/// <summary>An applied config that can be used.</summary>
/// <param name="Slot">The slot that its name says.</param>
/// <param name="Content">Its exact bytes.</param>
/// <param name="Version">Kubernetes version in it, without <c>v</c>.</param>
/// <param name="Image">Image reference in it, null when it names none.</param>
public sealed record FoundConfig(SlotName Slot, ConfigBytes Content, string Version, string? Image)
{
    /// <summary>What a person should know about it, one sentence each: a missing checksum, say.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}
