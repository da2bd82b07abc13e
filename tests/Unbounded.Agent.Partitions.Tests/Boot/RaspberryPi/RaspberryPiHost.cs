using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Partitions.Boot;
using Unbounded.Agent.Partitions.Boot.RaspberryPi;
using Unbounded.Agent.Partitions.Layout;

namespace Unbounded.Agent.Partitions.Tests.Boot.RaspberryPi;

/// <summary>A Raspberry Pi: its firmware's model over the first FAT partition, and a login manager that keeps a word for the next reboot.</summary>
internal sealed class RaspberryPiHost : FatBootHost, ITryboot
{
    private readonly FirmwareModel _firmware;
    private readonly string _deviceTree;
    private bool _armed;

    public RaspberryPiHost(string deviceTree = "/nowhere")
    {
        _deviceTree = deviceTree;
        _firmware = new(Image);
        var a = SlotTable.Names[0];
        var sector = AutobootFile.Empty.ToSector(FirmwareModel.PartitionOf(a), FirmwareModel.PartitionOf(a), new([a], Trial: null))!;
        Image.Put("autoboot.txt", sector);
        Image.Put("autoboot.copy", sector);
    }

    public override IBootEnvironment Environment =>
        new RaspberryPiEnvironment(Mount, SlotTable.Names, FirmwareModel.PartitionOf, Files, this, new PiFirmware(_deviceTree));

    public override int Trials => 1;

    public override ErrorCode Unusable => PartitionsErrors.FirmwareFileUnusable;

    public override bool HasForeign
    {
        get
        {
            var lines = OneSector.Lines(Image.Read("autoboot.txt")!);
            return lines.Contains("# a person's note") && lines.SkipWhile(l => l != "[tryboot]").Contains("uart_2ndstage=1");
        }
    }

    protected override IReadOnlyList<string> Names => ["autoboot.txt", "autoboot.copy"];

    protected override bool Memory
    {
        get => _armed;
        set => _armed = value;
    }

    public override SlotName Reboot()
    {
        // systemd hands the word over and forgets it with everything else in /run.
        _firmware.Flag = _armed;
        _armed = false;
        return _firmware.Boot();
    }

    public override void AddForeign() => Image.WriteFirstSector("autoboot.txt", OneSector.From(
        [.. OneSector.Lines(Image.Read("autoboot.txt")!).Where(l => l.Length > 0).Prepend("# a person's note"), "uart_2ndstage=1"])!);

    public Task<bool> IsArmedAsync(CancellationToken cancellationToken) => Task.FromResult(_armed);

    public Task ArmAsync() => Set(true);

    public Task DisarmAsync() => Set(false);

    private Task Set(bool armed)
    {
        _armed = armed;
        Remember();
        return Task.CompletedTask;
    }
}
