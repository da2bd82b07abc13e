using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.Blocks;

namespace Unbounded.Agent.Linux.Tests.Blocks;

public sealed class BlockDevicesTests : IDisposable
{
    private readonly string _sys = Directory.CreateTempSubdirectory("unbounded-sys-").FullName;

    public void Dispose() => Directory.Delete(_sys, recursive: true);

    [Fact]
    public void List_OfADiskWithPartitions_HasLabelsNumbersAndSizes()
    {
        Put("vda", "MAJOR=254\nMINOR=0\nDEVNAME=vda\nDEVTYPE=disk\n", "4096\n");
        Put("vda2", "MAJOR=254\nMINOR=2\nDEVNAME=vda2\nDEVTYPE=partition\nPARTN=2\nPARTNAME=system-a\n", "2048\n");

        Assert.Equal(
            [new("vda", null, (254, 0), 4096 * 512), new BlockDeviceInfo("vda2", "system-a", (254, 2), 2048 * 512) { PartitionNumber = 2 }],
            new BlockDevices(_sys).List());
    }

    [Fact]
    public void List_OfALabelWithAnEqualsSign_KeepsItWhole()
    {
        Put("vda1", "MAJOR=254\nMINOR=1\nPARTNAME=a=b c\n", "1\n");

        Assert.Equal("a=b c", Assert.Single(new BlockDevices(_sys).List()).PartitionLabel);
    }

    [Theory]
    [InlineData("")]
    [InlineData("MAJOR=254\n")]
    [InlineData("MAJOR=x\nMINOR=1\n")]
    [InlineData("garbage\n=\n==\n")]
    public void List_OfADeviceThatIsNotThereYet_LeavesItOut(string uevent)
    {
        Put("vda", uevent, "1\n");

        Assert.Empty(new BlockDevices(_sys).List());
    }

    [Fact]
    public void List_OfADeviceThatGoesMeanwhile_LeavesItOut()
    {
        Directory.CreateDirectory($"{_sys}/class/block/vdb");

        Assert.Empty(new BlockDevices(_sys).List());
    }

    [Fact]
    public void List_WithoutSysfs_SaysSo() =>
        Assert.Equal(LinuxErrors.NotFound, Assert.Throws<AgentException>(() => new BlockDevices(_sys + "/none").List()).Code);

    [Fact]
    public void List_OfThisHost_HasALoopDevice()
    {
        using var loop = new LoopDevice(Path.Combine(_sys, "disk"), 1 << 20);

        var found = Assert.Single(new BlockDevices().List(), d => d.Name == loop.Name);
        Assert.Equal((1 << 20, loop.Number), (found.SizeBytes, $"{found.Number.Major}:{found.Number.Minor}"));
    }

    private void Put(string name, string uevent, string size)
    {
        var directory = Directory.CreateDirectory($"{_sys}/class/block/{name}").FullName;
        File.WriteAllText($"{directory}/uevent", uevent);
        File.WriteAllText($"{directory}/size", size);
    }
}
