using System.Globalization;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Partitions.Boot;
using Unbounded.Agent.Partitions.Boot.Grub;
using Unbounded.Agent.Partitions.Layout;

namespace Unbounded.Agent.Simulation.Disks;

/// <summary>What <c>images/disk/grub.cfg</c> does at a boot, by the rules of its script; the virtual machine runs the script itself.</summary>
/// <param name="files">The EFI system partition.</param>
/// <param name="directory">Where both copies are.</param>
internal sealed class SimGrub(SimBootFiles files, string directory)
{
    public string First => $"{directory}/{GrubEnvironment.FileName}";

    public string Copy => $"{directory}/{GrubEnvironment.CopyName}";

    /// <summary>What it would decide by: the first copy, the second, or the factory's slot.</summary>
    public BootState State => StateOf(First) ?? StateOf(Copy) ?? new(SlotTable.Names[0], Proven: true, 0, [SlotTable.Names[0]]);

    /// <summary>Boots once: a slot on trial is counted.</summary>
    public SlotName Boot()
    {
        var state = State;
        var slot = state.BootsNext(SlotTable.Names);
        if (!state.Proven && state.Tries > 0)
        {
            var file = StateOf(First) is null ? Copy : First;
            var block = GrubEnvBlock.TryParse(files.Peek(file))!;
            files.Put(file, block.With("boot_counter", (state.Tries - 1).ToString(CultureInfo.InvariantCulture)).ToBytes()!);
        }

        return slot;
    }

    private BootState? StateOf(string path) =>
        files.Peek(path) is { } content && GrubEnvBlock.TryParse(content) is { } block ? GrubVariables.Get(block, SlotTable.Names) : null;
}
