using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Partitions.Boot;
using Unbounded.Agent.Partitions.Boot.Grub;
using Unbounded.Agent.Partitions.Layout;

namespace Unbounded.Agent.Partitions.Tests.Support;

/// <summary>What <c>images/disk/grub.cfg</c> does at a boot, over the same two files, by the rules of its script. The VM runs the script itself.</summary>
internal static class GrubModel
{
    /// <summary>The slot that is booted; a boot of a slot on trial is counted in the file that was used, as GRUB's save_env does.</summary>
    public static SlotName Boot(string directory)
    {
        var file = Path.Combine(directory, GrubEnvironment.FileName);
        var block = GrubEnvBlock.TryParse(File.ReadAllBytes(file));
        if (block?["active_slot"] is null)
        {
            file = Path.Combine(directory, GrubEnvironment.CopyName);
            block = GrubEnvBlock.TryParse(File.ReadAllBytes(file))!;
        }

        var state = GrubVariables.Get(block, SlotTable.Names)!;
        var slot = state.BootsNext(SlotTable.Names);
        if (!state.Proven && state.Tries > 0)
            File.WriteAllBytes(file, block.With("boot_counter", (state.Tries - 1).ToString()).ToBytes()!);
        return slot;
    }

    /// <summary>A boot environment as the disk image has it: A is committed, B holds nothing.</summary>
    public static void Create(string directory)
    {
        Directory.CreateDirectory(directory);
        var a = SlotTable.Names[0];
        var bytes = GrubVariables.Put(GrubEnvBlock.Empty, new BootState(a, Proven: true, 0, [a]), SlotTable.Names).ToBytes()!;
        File.WriteAllBytes(Path.Combine(directory, GrubEnvironment.FileName), bytes);
        File.WriteAllBytes(Path.Combine(directory, GrubEnvironment.CopyName), bytes);
    }
}
