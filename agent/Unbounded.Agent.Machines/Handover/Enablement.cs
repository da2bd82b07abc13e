using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Machines.Layout;

namespace Unbounded.Agent.Machines.Handover;

/// <summary>
/// Which machine the host boots: one symbolic link in <c>machines.target.wants</c>, whose name is the machine's unit. Turning it is one rename, so
/// that at every instant, power cuts included, exactly one machine is enabled (law 11).
/// </summary>
internal sealed class Enablement(MachinePaths paths, IReadOnlyList<SlotName> slots)
{
    private const UnixFileMode DirectoryMode =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    /// <summary>The enabled slot; null when none is, or when several are, which only someone else can have brought about.</summary>
    public SlotName? Enabled()
    {
        var enabled = slots.Where(IsEnabled).ToList();
        return enabled.Count == 1 ? enabled[0] : null;
    }

    /// <summary>Whether a slot's link is there.</summary>
    public bool IsEnabled(SlotName slot) => paths.Files.System.ReadLink(paths.EnablementLink(slot)) is not null;

    /// <summary>Makes the host boot a slot. Durable when the task ends; repeating it is harmless.</summary>
    public async Task TurnToAsync(SlotName slot)
    {
        paths.Files.CreateDirectory(paths.EnablementDirectory, DirectoryMode);
        var others = slots.Where(s => s != slot && IsEnabled(s)).ToList();
        if (!IsEnabled(slot))
        {
            if (others is [var old, ..])
            {
                await paths.Files.RenameAsync(paths.EnablementLink(old), paths.EnablementLink(slot));
                others.Remove(old);
            }
            else
            {
                await paths.Files.SetLinkAsync(paths.EnablementLink(slot), Units.MachineTemplate);
            }
        }

        foreach (var other in others)
        {
            await paths.Files.DeleteAsync(paths.EnablementLink(other));
        }

        // A crash between the rename and its sync repeats this method, which then finds the link in place: it must be durable all the same.
        paths.Files.System.SyncDirectory(paths.EnablementDirectory);
    }
}
