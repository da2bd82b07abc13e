using Unbounded.Agent.Machines.HostPreparation.Host;

namespace Unbounded.Agent.Machines.HostPreparation.Changes;

/// <summary>Enables a unit, and starts it where asked; restarts it when the files it runs from have changed since.</summary>
internal sealed class UnitChange : HostChange<UnitState>
{
    private readonly HostServices _host;
    private readonly UnitSpec _spec;

    public UnitChange(HostServices host, UnitSpec spec)
        : base(HostChangeJson.Default.UnitState)
    {
        _host = host;
        _spec = spec;
    }

    public override string Name => _spec.Name;

    public override string Description => $"{(_spec.Start ? "enable and start" : "enable")} {_spec.Unit}: {_spec.Purpose}";

    protected override async Task<UnitState?> CaptureStateAsync(HostFacts facts, CancellationToken cancellationToken)
    {
        if (_spec.Own)
            return new UnitState(WasEnabled: false, WasActive: false);
        var unit = await _host.Units.GetAsync(_spec.Unit, cancellationToken);
        return new UnitState(unit.IsEnabled, unit.IsActive);
    }

    protected override async Task<bool> IsAppliedAsync(UnitState state, CancellationToken cancellationToken)
    {
        var unit = await _host.Units.GetAsync(_spec.Unit, cancellationToken);
        return unit.IsEnabled
            && (!_spec.Start || (unit.IsActive && string.Equals(state.StartedWith, await DigestAsync(cancellationToken), StringComparison.Ordinal)));
    }

    protected override async Task<UnitState> ApplyAsync(UnitState state, IHostReport report, CancellationToken cancellationToken)
    {
        await _host.Units.ReloadAsync(cancellationToken);
        await _host.Units.EnableAsync(_spec.Unit, cancellationToken);
        if (!_spec.Start)
            return state;
        var digest = await DigestAsync(cancellationToken);
        if (string.Equals(state.StartedWith, digest, StringComparison.Ordinal))
            await _host.Units.StartAsync(_spec.Unit, cancellationToken);
        else
            await _host.Units.RestartAsync(_spec.Unit, cancellationToken);
        return state with { StartedWith = digest };
    }

    protected override async Task<IReadOnlyList<string>> DescribeUndoAsync(UnitState? state, HostFacts facts, CancellationToken cancellationToken)
    {
        var (stop, disable) = await PlanAsync(state, cancellationToken);
        return (stop, disable) switch
        {
            (true, true) => [$"stop and disable {_spec.Unit}"],
            (true, false) => [$"stop {_spec.Unit}"],
            (false, true) => [$"disable {_spec.Unit}"],
            _ => [],
        };
    }

    protected override async Task UndoAsync(UnitState? state, HostFacts facts, IHostReport report, CancellationToken cancellationToken)
    {
        var (stop, disable) = await PlanAsync(state, cancellationToken);
        // Disabled first: a crash in between must not leave something that comes back at the next boot.
        if (disable)
            await _host.Units.DisableAsync(_spec.Unit, cancellationToken);
        if (stop)
            await _host.Units.StopAsync(_spec.Unit, cancellationToken);
    }

    private async Task<(bool Stop, bool Disable)> PlanAsync(UnitState? state, CancellationToken cancellationToken)
    {
        if (state is null && !_spec.Own)
            return (false, false);
        var unit = await _host.Units.GetAsync(_spec.Unit, cancellationToken);
        return (unit.IsActive && _spec.Start && state is not { WasActive: true }, unit.IsEnabled && state is not { WasEnabled: true });
    }

    private async Task<string> DigestAsync(CancellationToken cancellationToken)
    {
        var digests = new List<string>();
        foreach (var path in _spec.RestartOn)
            digests.Add((await _host.Files.StatAsync(path, cancellationToken))?.Digest ?? "-");
        return string.Join(':', digests);
    }
}
