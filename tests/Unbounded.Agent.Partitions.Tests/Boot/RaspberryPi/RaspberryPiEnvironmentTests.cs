using System.Buffers.Binary;
using System.Text;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Partitions.Boot;
using Unbounded.Agent.Partitions.Layout;
using Unbounded.Agent.Partitions.Tests.Support;

namespace Unbounded.Agent.Partitions.Tests.Boot.RaspberryPi;

/// <summary>What is a Raspberry Pi's own; the rest is <see cref="RaspberryPiContractTests"/>.</summary>
public sealed class RaspberryPiEnvironmentTests : IDisposable
{
    private static readonly SlotName A = SlotTable.Names[0];
    private static readonly SlotName B = SlotTable.Names[1];

    private readonly TempDirectory _directory = new();
    private readonly RaspberryPiHost _host;

    public RaspberryPiEnvironmentTests() => _host = new(_directory.Path);

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Write_OfATrial_ChangesOneSectorOfEachFileAndNoOther()
    {
        var before = _host.Image.Written.Count;

        await WriteAsync(s => s.WithBootable(B).WithTrial(B));

        Assert.Equal(before + 2, _host.Image.Written.Count);
        Assert.Equal(_host.Image.Read("autoboot.txt"), _host.Image.Read("autoboot.copy"));
    }

    [Fact]
    public async Task Law11_PowerLostBetweenActivationAndReboot_BootsTheCommittedSlotAndSaysSo()
    {
        await WriteAsync(s => s.WithBootable(B).WithTrial(B));

        Assert.Equal(A, _host.LosePower());

        Assert.Equal(new BootState(B, Proven: false, 0, [A, B]), await ReadAsync());
    }

    [Fact]
    public async Task Law11_AWordForTheFirmwareThatIsNotOurs_BootsNoIncompleteSlot()
    {
        await WriteAsync(s => s.WithUnbootable(SlotTable.Names, B));
        await _host.ArmAsync();

        Assert.Equal(A, _host.Reboot());
    }

    [Fact]
    public async Task Write_OfATrialThatIsCalledOff_TakesTheWordBack()
    {
        await WriteAsync(s => s.WithBootable(B).WithTrial(B));
        Assert.True(await _host.IsArmedAsync(CancellationToken.None));

        await WriteAsync(s => s.WithCommitted(A));

        Assert.False(await _host.IsArmedAsync(CancellationToken.None));
        Assert.Equal(A, _host.Reboot());
    }

    [Fact]
    public async Task Law11_TheFirmwareIsNeverToldOfAnIncompleteSlot()
    {
        foreach (var state in new[] { new BootState(B, Proven: true, 0, [A]), new BootState(B, Proven: false, 1, [A]), new BootState(A, Proven: true, 0, []) })
        {
            var before = _host.Image.Bytes;

            var error = await Assert.ThrowsAsync<AgentException>(() => _host.Environment.WriteAsync(state));

            Assert.Equal(PartitionsErrors.WouldBootIncomplete, error.Code);
            Assert.Equal(before, _host.Image.Bytes);
        }
    }

    [Fact]
    public async Task Read_OfAPartitionThatAPersonChose_IsWhatTheFirmwareBoots()
    {
        Replace("boot_partition=2\n[tryboot]", "boot_partition=3\n[tryboot]");

        var state = await ReadAsync();

        Assert.Equal((B, true, B), (state.Active, state.Proven, _host.Reboot()));
        Assert.Equal(B, state.BootsNext(SlotTable.Names));
    }

    [Fact]
    public async Task Read_OfAFileWithoutAMark_TakesThatOfTheCopy()
    {
        await WriteAsync(s => s.WithBootable(B));
        Replace("# unbounded", "# somebody");

        Assert.Equal([A, B], (await ReadAsync()).Bootable);
    }

    [Fact]
    public async Task Read_OfAFileThatWasNeverMarked_KnowsOfNothingButWhatIsBooted()
    {
        _host.Image.Put("autoboot.txt", Sector("boot_partition=2\n"));
        _host.Image.Delete("autoboot.copy");

        Assert.Equal(new BootState(A, Proven: true, 0, [A]), await ReadAsync());
    }

    [Theory]
    [InlineData(100)]
    [InlineData(511)]
    public async Task Write_OfAFileThatIsShorterThanASector_IsRefusedAndChangesNothing(int bytes)
    {
        _host.Image.Put("autoboot.txt", Sector("[all]\nboot_partition=2\n").AsSpan(0, bytes));

        var error = await Assert.ThrowsAsync<AgentException>(() => WriteAsync(s => s.WithBootable(B)));

        Assert.Equal(PartitionsErrors.NotOneSector, error.Code);
        Assert.Equal(bytes, _host.Image.Read("autoboot.txt")!.Length);
    }

    [Fact]
    public async Task Read_OfAFileThatIsLongerThanTheFirmwareReads_IsRefused()
    {
        _host.Image.Put("autoboot.txt", [.. Sector("boot_partition=2\n"), .. "boot_partition=3\n"u8]);

        Assert.Equal(PartitionsErrors.NotOneSector, (await Assert.ThrowsAsync<AgentException>(ReadAsync)).Code);
    }

    [Fact]
    public async Task Write_OfMoreThanASector_IsRefusedAndChangesNothing()
    {
        _host.Image.Put("autoboot.txt", Sector("boot_partition=2\n# " + new string('x', 480)));
        var before = _host.Image.Bytes;

        var error = await Assert.ThrowsAsync<AgentException>(() => WriteAsync(s => s.WithBootable(B)));

        Assert.Equal(PartitionsErrors.BootEnvironmentFull, error.Code);
        Assert.Equal(before, _host.Image.Bytes);
    }

    [Theory]
    [InlineData(1669334399u, "2022-11-24")]
    [InlineData(1650968668u, "2022-04-26")]
    [InlineData(null, "does not say")]
    public async Task Obstacles_OfABootLoaderThatIsTooOld_SaySo(uint? seconds, string expected)
    {
        Built(seconds);

        Assert.Contains(expected, Assert.Single(await _host.Environment.ObstaclesAsync(CancellationToken.None)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1669334400u)]
    [InlineData(1698684310u)]
    public async Task Obstacles_OfABootLoaderThatKnowsTrials_AreNone(uint seconds)
    {
        Built(seconds);

        Assert.Empty(await _host.Environment.ObstaclesAsync(CancellationToken.None));
    }

    private static byte[] Sector(string text)
    {
        var sector = new byte[512];
        Array.Fill(sector, (byte)'\n');
        Encoding.ASCII.GetBytes(text).CopyTo(sector, 0);
        return sector;
    }

    private void Built(uint? seconds)
    {
        Directory.CreateDirectory(_directory.File("chosen/bootloader"));
        if (seconds is not { } value)
            return;
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        File.WriteAllBytes(_directory.File("chosen/bootloader/build-timestamp"), bytes);
    }

    private void Replace(string text, string other)
    {
        var content = Encoding.ASCII.GetString(_host.Image.Read("autoboot.txt")!);
        Assert.Contains(text, content, StringComparison.Ordinal);
        _host.Image.Put("autoboot.txt", Encoding.ASCII.GetBytes(content.Replace(text, other, StringComparison.Ordinal)));
    }

    private async Task WriteAsync(Func<BootState, BootState> change) => await _host.Environment.WriteAsync(change(await ReadAsync()));

    private Task<BootState> ReadAsync() => _host.Environment.ReadAsync(CancellationToken.None);
}
