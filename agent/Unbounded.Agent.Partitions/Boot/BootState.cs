using Unbounded.Agent.Core.Slots;

namespace Unbounded.Agent.Partitions.Boot;

/// <summary>
/// What a boot loader knows of the slots. Immutable; the changes are here, so that every boot environment makes the same ones and each is one write.
/// </summary>
/// <param name="Active">The slot that is booted: the committed one, or one that is on trial.</param>
/// <param name="Proven">Whether <paramref name="Active"/> is committed. If not it is on trial.</param>
/// <param name="Tries">While on trial: how often it may yet be booted. The boot loader counts down.</param>
/// <param name="Bootable">The slots whose content is complete and proven to be what was meant.</param>
public sealed record BootState(SlotName Active, bool Proven, int Tries, IReadOnlyList<SlotName> Bootable)
{
    /// <summary>How often a slot on trial is booted before the boot loader falls back by itself.</summary>
    public const int TrialBoots = 3;

    /// <summary>The slot that the boot loader would take now, as <c>grub.cfg</c> decides it.</summary>
    /// <param name="slots">Both slots.</param>
    public SlotName BootsNext(IReadOnlyList<SlotName> slots)
    {
        var other = Other(slots, Active);
        var worn = !Proven && Tries == 0;
        return (worn || !IsBootable(Active)) && IsBootable(other) ? other : Active;
    }

    /// <summary>The slot that was committed last: the one that a slot on trial falls back to.</summary>
    public SlotName Committed(IReadOnlyList<SlotName> slots) => Proven ? Active : Other(slots, Active);

    /// <summary>Whether a slot may be booted.</summary>
    public bool IsBootable(SlotName slot) => Bootable.Contains(slot);

    /// <summary>A slot is about to be written, or to be freed: it may not be booted, and is no longer on trial.</summary>
    public BootState WithUnbootable(IReadOnlyList<SlotName> slots, SlotName slot)
    {
        var next = this with { Bootable = [.. Bootable.Where(s => s != slot)] };
        return !Proven && Active == slot ? next.WithCommitted(Other(slots, slot)) : next;
    }

    /// <summary>A slot's content is complete.</summary>
    public BootState WithBootable(SlotName slot) =>
        IsBootable(slot) ? this : this with { Bootable = [.. Bootable.Append(slot).OrderBy(s => s.Value, StringComparer.Ordinal)] };

    /// <summary>A slot is tried at the next boot.</summary>
    public BootState WithTrial(SlotName slot) => this with { Active = slot, Proven = false, Tries = TrialBoots };

    /// <summary>A slot is booted from now on.</summary>
    public BootState WithCommitted(SlotName slot) => this with { Active = slot, Proven = true, Tries = 0 };

    /// <summary>
    /// The slot on trial has come up as far as the agent: its boots are no longer counted, the verdict is the agent's. From here on a reboot before the
    /// commit is a rollback (law 11).
    /// </summary>
    public BootState WithArrival(SlotName running) => !Proven && Active == running ? this with { Tries = 0 } : this;

    private static SlotName Other(IReadOnlyList<SlotName> slots, SlotName slot) => slots.First(s => s != slot);

    /// <inheritdoc/>
    public bool Equals(BootState? other) =>
        other is not null && Active == other.Active && Proven == other.Proven && Tries == other.Tries && Bootable.SequenceEqual(other.Bootable);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Active, Proven, Tries, Bootable.Count);
}
