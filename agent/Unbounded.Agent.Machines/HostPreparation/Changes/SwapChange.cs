using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Machines.HostPreparation.Host;

namespace Unbounded.Agent.Machines.HostPreparation.Changes;

/// <summary>
/// Turns swap off for the running kernel and masks the units that would bring it back. <c>/etc/fstab</c> is never edited.
/// </summary>
internal sealed class SwapChange : HostChange<SwapState>
{
    // Services that make swap without a .swap unit: zram-tools, zram-config, dphys-swapfile (Raspberry Pi OS).
    private static readonly string[] Services = ["zramswap.service", "zram-config.service", "dphys-swapfile.service"];

    private readonly HostServices _host;
    private readonly UnitMasking _masking;

    public SwapChange(HostServices host)
        : base(HostChangeJson.Default.SwapState)
    {
        _host = host;
        _masking = new UnitMasking(host);
    }

    public override string Name => "swap";

    public override string Description => "turn swap off and mask its units; /etc/fstab stays as it is";

    protected override async Task<SwapState?> CaptureStateAsync(HostFacts facts, CancellationToken cancellationToken)
    {
        var areas = await _host.Swaps.ListAsync(cancellationToken);
        var units = new List<MaskedUnit>();
        foreach (var unit in await CandidatesAsync(cancellationToken))
            units.Add(await _masking.CaptureAsync(unit, cancellationToken));
        return areas.Count == 0 && units.Count == 0 ? null : new SwapState(areas, units);
    }

    protected override async Task<bool> IsAppliedAsync(SwapState state, CancellationToken cancellationToken)
    {
        foreach (var unit in state.Units)
        {
            if (!await _masking.IsAppliedAsync(unit, cancellationToken))
                return false;
        }

        return (await _host.Swaps.ListAsync(cancellationToken)).Count == 0;
    }

    protected override async Task<SwapState> ApplyAsync(SwapState state, IHostReport report, CancellationToken cancellationToken)
    {
        foreach (var unit in state.Units)
            await _masking.ApplyAsync(unit, cancellationToken);
        foreach (var area in await _host.Swaps.ListAsync(cancellationToken))
            await TurnOffAsync(area, report, cancellationToken);
        return state;
    }

    protected override async Task<IReadOnlyList<string>> DescribeUndoAsync(SwapState? state, HostFacts facts, CancellationToken cancellationToken)
    {
        if (state is null)
            return [];
        var lines = new List<string>();
        foreach (var unit in state.Units)
        {
            if (await _masking.IsPendingAsync(unit, cancellationToken))
                lines.Add($"unmask {unit.Name}");
        }

        lines.AddRange((await OffAsync(state, cancellationToken)).Select(a => $"turn swap on {a.Path} on again"));
        return lines;
    }

    protected override async Task UndoAsync(SwapState? state, HostFacts facts, IHostReport report, CancellationToken cancellationToken)
    {
        if (state is null)
            return;
        await _masking.UnmaskAsync(state.Units, cancellationToken);
        try
        {
            // Through the unit where there is one: it knows the options of fstab.
            await _masking.RestartAsync(state.Units, cancellationToken);
        }
        catch (AgentException e)
        {
            report.Warn($"{e.What}: {e.Why}");
        }

        foreach (var area in await OffAsync(state, cancellationToken))
            await TurnOnAsync(area, report, cancellationToken);
    }

    // A device may be gone for good by now (zram, a pulled disk): it was warned of.
    public override Task<IReadOnlyList<string>> FindLeftoversAsync(System.Text.Json.JsonElement? state, HostFacts facts, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<string>>([]);

    private async Task<IReadOnlyList<HostUnit>> CandidatesAsync(CancellationToken cancellationToken)
    {
        var units = (await _host.Units.ListAsync("*.swap", cancellationToken)).Where(u => u is { Exists: true, IsMasked: false }).ToList();
        foreach (var name in Services)
        {
            if (await _host.Units.GetAsync(name, cancellationToken) is { Exists: true, IsMasked: false } unit && (unit.IsActive || unit.IsEnabled))
                units.Add(unit);
        }

        return units;
    }

    private async Task<IReadOnlyList<SwapArea>> OffAsync(SwapState state, CancellationToken cancellationToken)
    {
        var on = (await _host.Swaps.ListAsync(cancellationToken)).Select(a => a.Path).ToHashSet(StringComparer.Ordinal);
        return [.. state.Areas.Where(a => !on.Contains(a.Path))];
    }

    private async Task TurnOffAsync(SwapArea area, IHostReport report, CancellationToken cancellationToken)
    {
        try
        {
            await _host.Swaps.OffAsync(area.Path, cancellationToken);
        }
        catch (AgentException e)
        {
            report.Warn($"{e.What}: {e.Why}. {e.Next}");
        }
    }

    private async Task TurnOnAsync(SwapArea area, IHostReport report, CancellationToken cancellationToken)
    {
        try
        {
            await _host.Swaps.OnAsync(area.Path, area.Priority, cancellationToken);
        }
        catch (AgentException e)
        {
            report.Warn($"{e.What}: {e.Why}. {e.Next}");
        }
    }
}
