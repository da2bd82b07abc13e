using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Partitions.Boot;
using Unbounded.Agent.Partitions.Boot.Grub;
using Unbounded.Agent.Partitions.Layout;
using Unbounded.Agent.Simulation.Disks;
using Unbounded.Agent.Simulation.Hosts;

namespace Unbounded.Agent.Simulation.Tests.Disks;

/// <summary>The boot loader's rules, as <c>images/disk/grub.cfg</c> has them.</summary>
public sealed class SimGrubTests
{
    private static readonly SlotName A = SlotTable.Names[0];
    private static readonly SlotName B = SlotTable.Names[1];

    private readonly SimBootFiles _files = new(new Scissors());
    private readonly SimGrub _grub;

    public SimGrubTests() => _grub = new(_files, "/boot");

    [Fact]
    public void Boot_ASlotOnTrial_IsTriedThreeTimesAndThenGivenUp()
    {
        Put(_grub.First, new(B, Proven: false, BootState.TrialBoots, [A, B]));

        Assert.Equal([B, B, B, A, A], Enumerable.Range(0, 5).Select(_ => _grub.Boot()));
    }

    [Fact]
    public void Boot_ASlotOnTrialWithoutAGoodOtherOne_IsBootedOnAndOn()
    {
        Put(_grub.First, new(B, Proven: false, 0, [B]));

        Assert.Equal(B, _grub.Boot());
    }

    [Fact]
    public void Boot_TheFirstCopyIsEmpty_TakesTheSecondAndCountsThere()
    {
        _files.Put(_grub.First, []);
        Put(_grub.Copy, new(B, Proven: false, 1, [A, B]));

        Assert.Equal([B, A], [_grub.Boot(), _grub.Boot()]);
        Assert.Empty(_files.Peek(_grub.First)!);
    }

    [Fact]
    public void Boot_NeitherCopyIsOne_TakesTheSlotOfTheFactory()
    {
        _files.Put(_grub.First, "garbage"u8.ToArray());

        Assert.Equal(A, _grub.Boot());
    }

    [Fact]
    public void Boot_ACommittedSlot_WritesNothing()
    {
        Put(_grub.First, new(B, Proven: true, 0, [A, B]));
        var before = _files.Peek(_grub.First)!.ToArray();

        Assert.Equal(B, _grub.Boot());
        Assert.Equal(before, _files.Peek(_grub.First));
    }

    private void Put(string path, BootState state) =>
        _files.Put(path, GrubVariables.Put(GrubEnvBlock.Empty, state, SlotTable.Names).ToBytes()!);
}
