using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Partitions.Layout;
using Unbounded.Agent.Partitions.Tests.Support;

namespace Unbounded.Agent.Partitions.Tests.Layout;

public sealed class SlotTableTests : IDisposable
{
    private readonly PartitionScene _scene = new(1 << 20);

    private SlotTable Table => new(_scene.Paths with { Dev = "/dev" });

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void Find_OfALabel_IsItsDevice()
    {
        var found = Table.Find(PartitionScene.B);

        Assert.Equal(("system-b", _scene[PartitionScene.B].Path, 1L << 20), (found.Label, found.Device, found.SizeBytes));
    }

    [Fact]
    public void Find_OfAMissingLabel_NamesIt()
    {
        _scene.Unlabel(PartitionScene.B);

        var error = Assert.Throws<AgentException>(() => Table.Find(PartitionScene.B));

        Assert.Equal(PartitionsErrors.LabelMissing, error.Code);
        Assert.Contains("system-b", error.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void Find_OfALabelOnTwoDisks_NamesBoth()
    {
        _scene.Label(_scene[PartitionScene.A], "system-b", 1 << 20, "sdz3");

        var error = Assert.Throws<AgentException>(() => Table.Find(PartitionScene.B));

        Assert.Equal(PartitionsErrors.LabelNotUnique, error.Code);
        Assert.Contains("sdz3", error.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void Running_WhereCommandLineAndRootAgree_IsThatSlot()
    {
        Assert.Equal(PartitionScene.A, Table.Running());
        _scene.Boot(PartitionScene.B);
        Assert.Equal(PartitionScene.B, Table.Running());
    }

    // A Raspberry Pi's slot is a FAT partition with the root as a file in it.
    [Fact]
    public void Running_WhereCommandLineAndFirmwareAgree_IsThatSlot()
    {
        Booted(3);
        _scene.Say("B", "253:77");

        Assert.Equal(PartitionScene.B, Table.Running());
    }

    [Theory]
    [InlineData("A", 3)]
    [InlineData("B", 2)]
    [InlineData("A", 7)]
    [InlineData("A", 0)]
    public void Running_WhereTheFirmwareBootedAnother_IsUnclear(string said, int booted)
    {
        Booted(booted);
        _scene.Say(said, "253:77");

        Assert.Equal(PartitionsErrors.RunningSlotUnclear, Assert.Throws<AgentException>(() => Table.Running()).Code);
    }

    [Fact]
    public void Find_OfALabel_HasItsNumberInTheTable() =>
        Assert.Equal((2, 3), (Table.Find(PartitionScene.A).Index, Table.Find(PartitionScene.B).Index));

    [Theory]
    [InlineData("B")]
    [InlineData("C")]
    [InlineData("")]
    [InlineData("a")]
    public void Running_WhereTheCommandLineSaysAnotherSlot_IsUnclear(string said)
    {
        _scene.Say(said, _scene[PartitionScene.A].Number);

        Assert.Equal(PartitionsErrors.RunningSlotUnclear, Assert.Throws<AgentException>(() => Table.Running()).Code);
    }

    [Fact]
    public void Running_WhereAnotherDiskIsMounted_IsUnclear()
    {
        _scene.Say("A", "8:77");

        var error = Assert.Throws<AgentException>(() => Table.Running());

        Assert.Equal(PartitionsErrors.RunningSlotUnclear, error.Code);
        Assert.Contains("8:77", error.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void Running_WhereTheCommandLineNamesTwo_IsUnclear()
    {
        File.WriteAllText(_scene.Paths.CommandLine, "unbounded.slot=A unbounded.slot=B\n");

        Assert.Equal(PartitionsErrors.RunningSlotUnclear, Assert.Throws<AgentException>(() => Table.Running()).Code);
    }

    [Theory]
    [InlineData("")]
    [InlineData("garbage\n\n1 2\n")]
    [InlineData("25 1 x:y / / rw\n")]
    public void Running_OfAStrangeMountTable_IsUnclear(string mounts)
    {
        File.WriteAllText(_scene.Paths.MountInfo, mounts);

        Assert.Equal(PartitionsErrors.RunningSlotUnclear, Assert.Throws<AgentException>(() => Table.Running()).Code);
    }

    [Fact]
    public void Running_OfARootThatIsMountedOver_IsTheOneThatIsSeen()
    {
        File.AppendAllText(_scene.Paths.MountInfo, $"99 1 {_scene[PartitionScene.B].Number} / / rw - ext4 x rw\n");

        Assert.Equal(PartitionsErrors.RunningSlotUnclear, Assert.Throws<AgentException>(() => Table.Running()).Code);
    }

    [Theory]
    [InlineData("IMAGE_VERSION=2.1\nVERSION_ID=12\n", "2.1", "2.1")]
    [InlineData("VERSION_ID=\"12\"\n", null, "12")]
    [InlineData("IMAGE_VERSION='3'\n", "3", "3")]
    [InlineData("IMAGE_VERSION=\n", null, "0")]
    [InlineData("", null, "0")]
    public void OsRelease_OfAFile_SaysTheVersion(string text, string? image, string version)
    {
        File.WriteAllText(_scene.Paths.OsRelease, text);
        var release = new OsRelease(_scene.Paths.OsRelease);

        Assert.Equal((image, version), (release.ImageVersion, release.Version));
    }

    [Fact]
    public void OsRelease_OfNoFile_SaysNothing() => Assert.Equal("0", new OsRelease(_scene.Path("none")).Version);

    private void Booted(int partition)
    {
        var directory = Directory.CreateDirectory(_scene.Paths.DeviceTree + "/chosen/bootloader").FullName;
        File.WriteAllBytes(directory + "/partition", [0, 0, 0, (byte)partition]);
    }
}
