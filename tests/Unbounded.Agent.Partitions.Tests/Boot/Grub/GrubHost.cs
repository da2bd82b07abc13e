using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Partitions.Boot;
using Unbounded.Agent.Partitions.Boot.Grub;
using Unbounded.Agent.Partitions.Layout;
using Unbounded.Agent.Partitions.Tests.Support;

namespace Unbounded.Agent.Partitions.Tests.Boot.Grub;

/// <summary>GRUB: the rules of <c>images/disk/grub.cfg</c> over the two files on its FAT partition.</summary>
internal sealed class GrubHost : FatBootHost
{
    public GrubHost()
    {
        var a = SlotTable.Names[0];
        var block = GrubVariables.Put(GrubEnvBlock.Empty, new BootState(a, Proven: true, 0, [a]), SlotTable.Names).ToBytes()!;
        Image.Put("grubenv", block);
        Image.Put("grubenv.copy", block);
    }

    public override IBootEnvironment Environment => new GrubEnvironment(Mount, SlotTable.Names, Files);

    public override int Trials => BootState.TrialBoots;

    public override ErrorCode Unusable => PartitionsErrors.BootEnvironmentUnusable;

    public override bool HasForeign => GrubEnvBlock.TryParse(Image.Read("grubenv")!)!["timeout_style"] == "menu";

    protected override IReadOnlyList<string> Names => ["grubenv", "grubenv.copy"];

    public override SlotName Reboot()
    {
        var name = Names.First(n => Image.Read(n) is { } bytes && GrubEnvBlock.TryParse(bytes)?["active_slot"] is not null);
        var block = GrubEnvBlock.TryParse(Image.Read(name)!)!;
        var state = GrubVariables.Get(block, SlotTable.Names)!;
        if (!state.Proven && state.Tries > 0)
            Image.WriteFirstSector(name, block.With("boot_counter", $"{state.Tries - 1}").ToBytes()!.AsSpan(0, FatImage.Sector));
        return state.BootsNext(SlotTable.Names);
    }

    public override void AddForeign() => Image.WriteFirstSector(
        "grubenv", GrubEnvBlock.TryParse(Image.Read("grubenv")!)!.With("timeout_style", "menu").ToBytes()!.AsSpan(0, FatImage.Sector));
}
