using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Linux.Files;

namespace Unbounded.Agent.Partitions.Boot.SystemdBoot;

/// <summary>
/// systemd-boot: it boots the first entry, in its own order, whose name matches <c>default</c> in <c>loader.conf</c>. That file is exactly one sector,
/// overwritten in place: it alone decides. A rename or a new file on FAT is several writes and is not whole after a power cut, so no name that a decision
/// hangs on is ever changed by the agent: before a trial its counted entry is written while nothing points to it, then <c>default</c> takes it in; when the
/// trial ends, <c>default</c> leaves it out, and the entry stays for systemd-bless-boot, which renames it after the commit. The loader counts by renaming that
/// entry; spent, damaged or lost, the pattern matches the committed slot alone. An EFI variable for one boot (<c>LoaderEntryOneShot</c>) would be one write too,
/// but gives a trial one boot, where the counter gives three, and wears the board's flash; one that overrides <c>loader.conf</c> is refused.
/// </summary>
/// <param name="directory">The folder <c>loader</c> on the EFI system partition.</param>
/// <param name="slots">Both slots.</param>
/// <param name="files">Its files.</param>
/// <param name="variables">The loader's EFI variables.</param>
/// <param name="kernels">Brings a slot's kernel to the EFI system partition, before the slot counts as complete.</param>
internal sealed class SystemdBootEnvironment(
    string directory, IReadOnlyList<SlotName> slots, IEntryFiles files, LoaderVariables variables, ISlotKernels kernels) : IBootEnvironment
{
    /// <summary>Name of the file that the loader decides by.</summary>
    public const string FileName = "loader.conf";

    /// <summary>Name of the second copy.</summary>
    public const string CopyName = "loader.copy";

    /// <inheritdoc/>
    public string Kind => "systemd-boot";

    private string First => Path.Combine(directory, FileName);

    private string Entries => Path.Combine(directory, "entries");

    private SectorPair Pair => new(files, First, Path.Combine(directory, CopyName), bytes => DecisionOf(LoaderConf.Parse(bytes)) is not null);

    /// <inheritdoc/>
    public async Task<BootState> ReadAsync(CancellationToken cancellationToken)
    {
        if (variables.Default is { } other)
            throw Overridden(other);
        var (first, copy) = await Pair.ReadAsync(cancellationToken);
        var kept = Kept(copy);
        var file = first is not null ? LoaderConf.Parse(first) : kept is not null ? LoaderConf.Parse(copy) : throw Unusable();
        var mark = first is not null ? file.Mark(slots, out _) ?? kept : kept;
        var (committed, tries) = DecisionOf(file)!.Value;
        var complete = Complete(file, copy);
        return mark?.Trial is { } trial && trial != committed
            ? new(trial, Proven: false, tries ? await TriesAsync(cancellationToken) : 0, complete)
            : new(committed, Proven: true, 0, complete);
    }

    /// <inheritdoc/>
    public async Task WriteAsync(BootState state)
    {
        var committed = state.Committed(slots);
        var trial = state is { Proven: false, Tries: > 0 };
        if (!state.IsBootable(committed) || (trial && !state.IsBootable(state.Active)))
            throw Incomplete(trial ? state.Active : committed);
        var (first, copy) = await Pair.ReadAsync(CancellationToken.None);
        var file = (first ?? copy) is { } bytes ? LoaderConf.Parse(bytes) : LoaderConf.Empty;
        var mark = new SlotMark(state.Bootable, state.Proven ? null : state.Active);
        foreach (var slot in state.Bootable.Except(Complete(file, copy)))
            await kernels.InstallAsync(slot);
        if (trial)
            await BeginAsync(file, committed, state, mark);
        await Pair.WriteAsync(file.ToSector(trial ? BootEntries.TrialPattern(committed) : BootEntries.Pattern(committed), mark) ?? throw Full());
        // A slot that must not be booted is not offered to a person either.
        if (slots.Any(s => !state.IsBootable(s)))
            await ClearAsync();
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> ObstaclesAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<string>>(
        variables.OneShot is { } once ? [$"systemd-boot was told to boot {once} once (LoaderEntryOneShot): reboot first, or take it back with bootctl set-oneshot ''"] : []);

    private SlotMark? Kept(byte[]? copy) =>
        copy is not null && LoaderConf.Parse(copy).Mark(slots, out var intact) is { } mark && intact ? mark : null;

    // What is booted is complete, whoever chose it: the agent itself chooses no other.
    private List<SlotName> Complete(LoaderConf file, byte[]? copy)
    {
        var mark = file.Mark(slots, out _) ?? Kept(copy);
        return [.. slots.Where(s => s == DecisionOf(file)?.Committed || mark?.Bootable.Contains(s) == true)];
    }

    // Its entry is there, with its boots, before anything points to it.
    private async Task BeginAsync(LoaderConf file, SlotName committed, BootState state, SlotMark mark)
    {
        var points = DecisionOf(file) is not { Tries: false };
        if (points && file.Mark(slots, out _)?.Trial == state.Active && await TriesAsync(CancellationToken.None) == state.Tries)
            return;
        if (points)
            await Pair.WriteAsync(file.ToSector(BootEntries.Pattern(committed), mark) ?? throw Full());
        await ClearAsync();
        var entry = Path.Combine(Entries, BootEntries.Of(state.Active));
        var content = await files.ReadAsync(entry, CancellationToken.None) ?? throw NoEntry(entry);
        await files.RenewAsync(Path.Combine(Entries, BootEntries.Trial(state.Tries)), BootEntries.TrialOf(content));
    }

    private async Task ClearAsync()
    {
        foreach (var name in (await files.ListAsync(Entries, CancellationToken.None)).Where(n => BootEntries.TriesOf(n) is not null))
            await files.DeleteAsync(Path.Combine(Entries, name));
    }

    // A trial that somebody blessed is no longer counted; what counts here is that it is booted.
    private async Task<int> TriesAsync(CancellationToken cancellationToken) => Math.Min(
        (await files.ListAsync(Entries, cancellationToken)).Max(BootEntries.TriesOf) ?? 0, BootState.TrialBoots);

    private (SlotName Committed, bool Tries)? DecisionOf(LoaderConf file) => file.Pattern?.ToLowerInvariant() is { } pattern
        ? slots.Select(s => ((SlotName, bool)?)(
                pattern == BootEntries.TrialPattern(s) ? (s, true)
                : pattern == BootEntries.Pattern(s) || pattern == BootEntries.Of(s) ? (s, false)
                : null))
            .FirstOrDefault(d => d is not null)
        : null;

    private AgentException Overridden(string entry) => new(
        PartitionsErrors.LoaderOverridden,
        $"{First} does not decide what is booted",
        $"the EFI variable LoaderEntryDefault names {entry}, and goes before it",
        "Take it back: bootctl set-default ''");

    private AgentException Unusable() => new(
        PartitionsErrors.LoaderUnusable,
        $"{First} can't be used",
        "it is missing or its default is no slot's entry, and the copy beside it is no better",
        "See that the EFI system partition is mounted. docs/partitions.md says what the files have to be");

    private static AgentException NoEntry(string path) => new(
        PartitionsErrors.LoaderUnusable,
        "The slot can't be tried",
        $"{path} is missing, from which the entry of the trial is made",
        "Put the slot's entry there. docs/partitions.md says what it has to be");

    private AgentException Full() => new(
        PartitionsErrors.BootEnvironmentFull,
        $"{First} can't be changed",
        $"what else is in it leaves no room in its {InPlaceFile.Sector} bytes",
        "Remove lines that are not needed");

    private static AgentException Incomplete(SlotName slot) => new(
        PartitionsErrors.WouldBootIncomplete,
        $"systemd-boot is not told to boot slot {slot}",
        "no image was written to it whole and read back since it was given up last",
        "Write one: unbounded-agent update apply");
}
