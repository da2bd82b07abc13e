using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Transaction.Records;

namespace Unbounded.Agent.Core.Transaction.Planning;

/// <summary>What another agent left on a host that has no record: one applied config, or the reason why none can be used.</summary>
/// <param name="Config">The applied config; null when there is none, or none that can be used.</param>
/// <param name="Problem">Why not: several of them, a wrong checksum, not understood; null when nothing is wrong.</param>
public sealed record Discovery(FoundConfig? Config, ErrorRecord? Problem = null)
{
    /// <summary>Nothing was found.</summary>
    public static Discovery Nothing { get; } = new((FoundConfig?)null);
}

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
