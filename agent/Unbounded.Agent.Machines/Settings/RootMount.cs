using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Machines.Layout;

namespace Unbounded.Agent.Machines.Settings;

/// <summary>
/// Writes the mount unit of a machine's root: an overlay of the slot's own changes over its image. The template's
/// <c>RequiresMountsFor=</c> pulls it in, so an enabled machine comes up at boot without the agent. It names no image: systemd, which takes a tenth of a
/// second to read units anew, knows it from one preparation to the next.
/// </summary>
public static class RootMount
{
    /// <summary>Renders the unit (systemd.mount(5)).</summary>
    /// <param name="slot">The machine.</param>
    /// <param name="paths">Where the slot's own content is.</param>
    public static string Render(SlotName slot, MachinePaths paths) =>
        $"""
        # Written by unbounded-agent; edits are lost.
        [Unit]
        Description=Root of machine {slot}
        RequiresMountsFor={paths.StateDirectory}

        [Mount]
        What=overlay
        Where={paths.MachineRoot(slot)}
        Type=overlay
        Options=lowerdir={paths.Lower(slot)},upperdir={paths.Upper(slot)},workdir={paths.Work(slot)}

        """;
}
