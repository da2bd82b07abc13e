using System.Buffers.Binary;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Hosting;
using Unbounded.Agent.Linux.Tests.Files;
using Unbounded.Agent.Machines.Preflight;
using Unbounded.Agent.Partitions.Layout;

namespace Unbounded.Agent.Tests.Hosting;

/// <summary>A Raspberry Pi as its device tree shows it.</summary>
public sealed class BootLoaderCheckTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    private PartitionPaths Paths => new()
    {
        Boot = At("efi"),
        BiosBoot = At("bios"),
        Firmware = At("firmware"),
        DeviceTree = At("device-tree"),
        Loader = [At("loader")],
        EfiVariables = At("efivars"),
    };

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Run_OnAHostWithoutSlots_IsContent() => Assert.Equal(PreflightStatus.Ok, (await RunAsync()).Status);

    [Fact]
    public async Task Run_OnARaspberryPiWithAnOldBootLoader_SaysHowOldItIsAndWhatToDo()
    {
        MakePi(new(2021, 3, 4, 0, 0, 0, TimeSpan.Zero));

        var finding = await RunAsync();

        Assert.Equal(PreflightStatus.Warning, finding.Status);
        Assert.Contains("2021-03-04", finding.Evidence, StringComparison.Ordinal);
        Assert.Contains("rpi-eeprom-update", finding.Evidence, StringComparison.Ordinal);
        Assert.NotNull(finding.NextStep);
    }

    [Fact]
    public async Task Run_OnARaspberryPiOfToday_IsContent()
    {
        MakePi(new(2024, 3, 4, 0, 0, 0, TimeSpan.Zero));

        var finding = await RunAsync();

        Assert.Equal((PreflightStatus.Ok, "Raspberry Pi can try out a system partition"), (finding.Status, finding.Evidence));
    }

    [Fact]
    public async Task Run_WithSettingsThatAreNone_SaysSo()
    {
        File.WriteAllText(At("update.conf"), "boot = lilo\n");

        await Assert.ThrowsAsync<AgentException>(RunAsync);
    }

    private Task<PreflightFinding> RunAsync() => new BootLoaderCheck(Paths, At("update.conf")).RunAsync(new(), CancellationToken.None);

    private string At(string name) => Path.Combine(_directory.Path, name);

    private void MakePi(DateTimeOffset built)
    {
        Directory.CreateDirectory(At("device-tree/chosen/bootloader"));
        File.WriteAllText(At("device-tree/model"), "Raspberry Pi 4 Model B Rev 1.4\0");
        var seconds = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(seconds, (uint)built.ToUnixTimeSeconds());
        File.WriteAllBytes(At("device-tree/chosen/bootloader/build-timestamp"), seconds);
        Directory.CreateDirectory(At("firmware"));
        File.WriteAllText(At("firmware/autoboot.txt"), "[all]\nboot_partition=2\n");
    }
}
