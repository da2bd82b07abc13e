using System.Globalization;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Linux.Files;
using Unbounded.Agent.Partitions.Boot.Grub;

namespace Unbounded.Agent.Partitions.Boot.RaspberryPi;

/// <summary>
/// The firmware of a Raspberry Pi: it boots the partition that <c>autoboot.txt</c> names, or, once, the one that the file names under <c>[tryboot]</c>, when
/// it was told to by the reboot before. The file is exactly one sector, overwritten in place, so that a change is there whole or not at all; in it, as a
/// comment, stands which slots are complete, because the firmware has no word for it. It is never told of one that is not: without a complete other slot even
/// <c>[tryboot]</c> names the committed one. The firmware gives a trial one boot. <c>autoboot.copy</c> beside it holds the same for the agent, which mends a
/// damaged file from it.
/// </summary>
/// <param name="directory">Where both files are: the first FAT partition.</param>
/// <param name="slots">Both slots.</param>
/// <param name="partitions">Number of a slot's partition.</param>
/// <param name="files">Both files.</param>
/// <param name="tryboot">The one-shot flag.</param>
/// <param name="firmware">What the firmware says of itself.</param>
internal sealed class RaspberryPiEnvironment(
    string directory, IReadOnlyList<SlotName> slots, Func<SlotName, int> partitions, IBootFiles files, ITryboot tryboot, PiFirmware firmware) : IBootEnvironment
{
    /// <summary>Name of the file that the firmware decides by.</summary>
    public const string FileName = "autoboot.txt";

    /// <summary>Name of the second copy.</summary>
    public const string CopyName = "autoboot.copy";

    /// <inheritdoc/>
    public string Kind => "Raspberry Pi";

    private string First => Path.Combine(directory, FileName);

    private SectorPair Pair => new(files, First, Path.Combine(directory, CopyName), bytes => CommittedOf(AutobootFile.Parse(bytes)) is not null);

    /// <inheritdoc/>
    public async Task<BootState> ReadAsync(CancellationToken cancellationToken)
    {
        var (file, mark) = await LoadAsync(cancellationToken);
        var committed = CommittedOf(file)!.Value;
        // What is booted is complete, whoever chose it: the agent itself chooses no other.
        var complete = slots.Where(s => s == committed || mark?.Bootable.Contains(s) == true).ToList();
        if (mark?.Trial is not { } trial || trial == committed)
            return new(committed, Proven: true, 0, complete);
        var tried = file.TriesPartitions && file.Partition(tryboot: true) == partitions(trial) && await tryboot.IsArmedAsync(cancellationToken);
        return new(trial, Proven: false, tried ? 1 : 0, complete);
    }

    /// <inheritdoc/>
    public async Task WriteAsync(BootState state)
    {
        var committed = state.Committed(slots);
        var trial = state is { Proven: false, Tries: > 0 };
        if (!state.IsBootable(committed) || (trial && !state.IsBootable(state.Active)))
            throw Incomplete(trial ? state.Active : committed);
        // A trial that ends is called off before its mark goes, and one that begins is there before the flag is: cut off between, the committed slot boots.
        if (!trial && await WasTriedAsync() && await tryboot.IsArmedAsync(CancellationToken.None))
            await tryboot.DisarmAsync();
        var other = slots.First(s => s != committed);
        var once = partitions(state.IsBootable(other) ? other : committed);
        var mark = new SlotMark(state.Bootable, state.Proven ? null : state.Active);
        var (first, copy) = await Pair.ReadAsync(CancellationToken.None);
        var file = (first ?? copy) is { } bytes ? AutobootFile.Parse(bytes) : AutobootFile.Empty;
        await Pair.WriteAsync(file.ToSector(partitions(committed), once, mark) ?? throw Full());
        if (trial && !await tryboot.IsArmedAsync(CancellationToken.None))
            await tryboot.ArmAsync();
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> ObstaclesAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<string>>(firmware.BuiltAt switch
    {
        null => ["the Raspberry Pi's boot loader does not say when it was built: it may not know trial boots (a model without an EEPROM?)"],
        { } built when built < PiFirmware.FirstWithTrials =>
            [string.Create(
                CultureInfo.InvariantCulture,
                $"the Raspberry Pi's boot loader is of {built:yyyy-MM-dd}, and trial boots of a partition need one of {PiFirmware.FirstWithTrials:yyyy-MM-dd} or later (rpi-eeprom-update -a)")],
        _ => [],
    });

    private async Task<(AutobootFile File, SlotMark? Mark)> LoadAsync(CancellationToken cancellationToken)
    {
        var (first, copy) = await Pair.ReadAsync(cancellationToken);
        var kept = copy is not null && AutobootFile.Parse(copy).Mark(slots, out var intact) is { } mark && intact ? mark : null;
        if (first is not null)
            return (AutobootFile.Parse(first), AutobootFile.Parse(first).Mark(slots, out _) ?? kept);
        return kept is null ? throw Unusable() : (AutobootFile.Parse(copy), kept);
    }

    private SlotName? CommittedOf(AutobootFile file) => file.Partition(tryboot: false) is > 0 and var number
        ? slots.Where(s => partitions(s) == number).Select(s => (SlotName?)s).FirstOrDefault()
        : null;

    private async Task<bool> WasTriedAsync() =>
        (await Pair.ReadAsync(CancellationToken.None)).File is { } bytes && AutobootFile.Parse(bytes).Mark(slots, out _)?.Trial is not null;

    private AgentException Unusable() => new(
        PartitionsErrors.FirmwareFileUnusable,
        $"{First} can't be used",
        "it is missing or names no slot's partition, and the copy beside it is no better",
        "See that the firmware's partition is mounted. docs/partitions.md says how to write the file anew");

    private AgentException Full() => new(
        PartitionsErrors.BootEnvironmentFull,
        $"{First} can't be changed",
        $"what else is in it leaves no room in its {InPlaceFile.Sector} bytes",
        "Remove lines that are not needed: the firmware knows boot_partition and tryboot_a_b only");

    private static AgentException Incomplete(SlotName slot) => new(
        PartitionsErrors.WouldBootIncomplete,
        $"The firmware is not told to boot slot {slot}",
        "no image was written to it whole and read back since it was given up last",
        "Write one: unbounded-agent update apply");
}
