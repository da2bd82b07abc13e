using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Transaction.Records;

namespace Unbounded.Agent.Core.Transaction.Planning;

/// <summary>An applied config that was found on the host. Looked for only where there is no record.</summary>
/// <param name="Slot">The slot that its name says.</param>
/// <param name="Content">Its exact bytes; null when they can't be read.</param>
/// <param name="Version">Kubernetes version in it, without <c>v</c>; null when it can't be understood.</param>
/// <param name="Image">Image reference in it, null when it names none.</param>
/// <param name="SidecarMissing">It has no checksum beside it: a warning.</param>
/// <param name="Problem">Why it can't be used: wrong checksum, not understood; null when it can.</param>
public sealed record FoundConfig(
    SlotName Slot,
    ConfigBytes? Content,
    string? Version,
    string? Image = null,
    bool SidecarMissing = false,
    ErrorRecord? Problem = null);
