using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Partitions.Boot;
using Unbounded.Agent.Partitions.Boot.SystemdBoot;
using Unbounded.Agent.Partitions.Layout;

namespace Unbounded.Agent.Partitions.Tests.Boot.SystemdBoot;

/// <summary>systemd-boot's model over an EFI system partition.</summary>
internal sealed class SystemdBootHost : FatBootHost, ISlotKernels
{
    private readonly LoaderModel _loader;
    private readonly string _variables;

    public SystemdBootHost(string variables = "/nowhere")
    {
        _variables = variables;
        _loader = new(Image);
        var a = SlotTable.Names[0];
        Image.MakeDirectory("loader");
        Image.MakeDirectory("loader/entries");
        foreach (var slot in SlotTable.Names)
        {
            Image.Put(
                "loader/entries/" + BootEntries.Of(slot),
                Text($"title System {slot}\nsort-key unbounded-1\nlinux /unbounded/{slot}/vmlinuz\ninitrd /unbounded/{slot}/initrd.img\noptions ro unbounded.slot={slot}\n"));
        }

        var sector = LoaderConf.Parse("timeout 3\n"u8).ToSector(BootEntries.Pattern(a), new([a], Trial: null))!;
        Image.Put("loader/loader.conf", sector);
        Image.Put("loader/loader.copy", sector);
    }

    public override IBootEnvironment Environment =>
        new SystemdBootEnvironment(Mount + "/loader", SlotTable.Names, Files, new LoaderVariables(_variables), this);

    /// <summary>The slots whose kernel was brought here, in order.</summary>
    public List<SlotName> Kernels { get; } = [];

    public override int Trials => BootState.TrialBoots;

    public override ErrorCode Unusable => PartitionsErrors.LoaderUnusable;

    public override bool HasForeign
    {
        get
        {
            var lines = OneSector.Lines(Image.Read("loader/loader.conf")!);
            return lines.Contains("# a person's note") && lines.Contains("console-mode keep") && Image.Read("loader/entries/memtest.conf") is not null;
        }
    }

    protected override IReadOnlyList<string> Names => ["loader/loader.conf", "loader/loader.copy"];

    public override SlotName Reboot()
    {
        var options = _loader.Boot();
        return SlotTable.Names.First(s => options.Contains($"unbounded.slot={s}", StringComparison.Ordinal));
    }

    public Task InstallAsync(SlotName slot)
    {
        Kernels.Add(slot);
        return Task.CompletedTask;
    }

    public override void AddForeign()
    {
        Image.Put("loader/entries/memtest.conf", "title Memory test\nlinux /memtest\nsort-key aaa\n"u8);
        Image.WriteFirstSector("loader/loader.conf", OneSector.From(
            [.. OneSector.Lines(Image.Read("loader/loader.conf")!).Where(l => l.Length > 0).Prepend("# a person's note"), "console-mode keep"])!);
    }
}
