namespace Unbounded.Agent.Core.Slots;

/// <summary>All slots of a node at one instant. Observed facts only: nothing in it comes from the record.</summary>
/// <param name="HostBootId">Boot ID of the host (<c>/proc/sys/kernel/random/boot_id</c>): tells a crash of the agent from a crash of the host.</param>
/// <param name="Permitted">
/// The one slot whose node software may run now (machines: holds the host's marker; partitions: what booted). Null when there is none,
/// as before the first machine, or between the stop of one side and the start of the other after a host crash.
/// </param>
/// <param name="BootsNext">The slot that the host would boot, were it cut off now. Null when none would.</param>
/// <param name="Slots">Every slot of the backend, in its order.</param>
public sealed record SlotsObservation(
    string HostBootId,
    SlotName? Permitted,
    SlotName? BootsNext,
    IReadOnlyList<SlotObservation> Slots)
{
    /// <summary>
    /// Whether the boot loader, and not the agent, has the last word on which side runs (partitions): then a side that booted outside a
    /// transition is accepted as the active one, and never rebooted away from.
    /// </summary>
    public bool BootDecides { get; init; }

    /// <summary>
    /// Whether the node has its own client certificate: then a new bootstrap token alone costs no swap. Backends that keep
    /// the kubelet's identity look for it; default false.
    /// </summary>
    public bool NodeHasCertificate { get; init; }

    /// <summary>What a handover of this backend keeps and loses, one sentence each, for <c>plan</c>.</summary>
    public IReadOnlyList<string> HandoverNotes { get; init; } = [];

    /// <summary>The observation of one slot.</summary>
    /// <param name="name">A slot of the backend.</param>
    /// <exception cref="ArgumentException">The backend has no such slot.</exception>
    public SlotObservation this[SlotName name] =>
        Slots.FirstOrDefault(s => s.Name == name) ?? throw new ArgumentException($"no slot {name}", nameof(name));
}
