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

    private string Copy => Path.Combine(directory, CopyName);

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
        var bytes = await files.ReadAsync(First, CancellationToken.None);
        var file = Usable(bytes) ?? Usable(await files.ReadAsync(Copy, CancellationToken.None)) ?? AutobootFile.Empty;
        var sector = file.ToSector(partitions(committed), once, mark) ?? throw Full();
        await PutAsync(First, bytes, sector);
        await PutAsync(Copy, await files.ReadAsync(Copy, CancellationToken.None), sector);
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
        var bytes = await files.ReadAsync(First, cancellationToken);
        if (bytes?.Length > InPlaceFile.Sector)
            throw NotOneSector(bytes.Length);
        var copy = Usable(await files.ReadAsync(Copy, cancellationToken));
        var kept = copy?.Mark(slots, out var intact) is { } m && intact ? m : null;
        if (Usable(bytes) is { } first)
            return (first, first.Mark(slots, out _) ?? kept);
        return kept is null ? throw Unusable(bytes is null) : (copy!, kept);
    }

    private AutobootFile? Usable(byte[]? bytes) =>
        bytes is not null && AutobootFile.Parse(bytes) is { } file && CommittedOf(file) is not null ? file : null;

    private SlotName? CommittedOf(AutobootFile file) =>
        slots.Where(s => partitions(s) == file.Partition(tryboot: false)).Select(s => (SlotName?)s).FirstOrDefault();

    private async Task<bool> WasTriedAsync() =>
        Usable(await files.ReadAsync(First, CancellationToken.None))?.Mark(slots, out _)?.Trial is not null;

    private async Task PutAsync(string path, byte[]? present, byte[] sector)
    {
        if (present is not null && present.AsSpan().SequenceEqual(sector))
            return;
        if (present?.Length == InPlaceFile.Sector)
            await files.WriteFirstSectorAsync(path, sector);
        else if (path == First && Usable(present) is not null)
            throw NotOneSector(present!.Length);
        else
            await files.RenewAsync(path, sector);
    }

    private AgentException Unusable(bool missing) => new(
        PartitionsErrors.FirmwareFileUnusable,
        $"{First} can't be used",
        missing ? "it is missing, and the copy beside it is no better" : "it names no slot's partition, and the copy beside it does not either",
        "See that the firmware's partition is mounted. docs/partitions.md says how to write the file anew");

    private AgentException NotOneSector(int bytes) => new(
        PartitionsErrors.NotOneSector,
        $"{First} can't be changed",
        $"it has {bytes} bytes: only a file of exactly {InPlaceFile.Sector} is changed by one write of the disk",
        $"Fill it up with empty lines, or shorten it, to {InPlaceFile.Sector} bytes");

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
