using Unbounded.Agent.Core.Transaction.Phases;

namespace Unbounded.Agent.Partitions.Updates;

/// <summary>Everything about an update at one instant.</summary>
/// <param name="State">The state, as <c>state.json</c> has it.</param>
/// <param name="RunningSlot">The slot that runs.</param>
/// <param name="NextSlot">The slot that the boot loader takes next.</param>
/// <param name="BootLoader">The kind of boot environment.</param>
/// <param name="BootCounter">How often a slot on trial may yet be booted; 0 when none is.</param>
/// <param name="BootSuccess">Whether the slot that is booted is committed.</param>
/// <param name="Slots">Both slots.</param>
public sealed record UpdateStatus(
    UpdateState State,
    string RunningSlot,
    string NextSlot,
    string BootLoader,
    int BootCounter,
    bool BootSuccess,
    IReadOnlyList<UpdateSlot> Slots);

/// <summary>One slot.</summary>
/// <param name="Name">Its name.</param>
/// <param name="State">How far it is.</param>
/// <param name="Device">Its device.</param>
/// <param name="SizeBytes">Its size, bytes.</param>
/// <param name="Bootable">Whether the boot loader may take it.</param>
/// <param name="Version">Version of the system in it, null when not known.</param>
/// <param name="Digest">Digest of its content, null when not known.</param>
public sealed record UpdateSlot(string Name, string State, string Device, long SizeBytes, bool Bootable, string? Version, string? Digest);
