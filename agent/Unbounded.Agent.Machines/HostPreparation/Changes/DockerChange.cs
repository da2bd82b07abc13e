using Unbounded.Agent.Machines.HostPreparation.Host;

namespace Unbounded.Agent.Machines.HostPreparation.Changes;

/// <summary>Stops and masks docker: its firewall rules and forwarding policy break pods' network. Its configuration and containers stay.</summary>
internal sealed class DockerChange : HostChange<MaskedUnitsState>
{
    // The socket first: it would start the service again.
    private static readonly string[] Names = ["docker.socket", "docker.service"];

    private readonly HostServices _host;
    private readonly UnitMasking _masking;

    public DockerChange(HostServices host)
        : base(HostChangeJson.Default.MaskedUnitsState)
    {
        _host = host;
        _masking = new UnitMasking(host);
    }

    public override string Name => "docker";

    public override string Description => "stop and mask docker, where there is one: its firewall rules break pods' network";

    protected override async Task<MaskedUnitsState?> CaptureStateAsync(HostFacts facts, CancellationToken cancellationToken)
    {
        var units = new List<MaskedUnit>();
        foreach (var name in Names)
        {
            var unit = await _host.Units.GetAsync(name, cancellationToken);
            if (unit is { Exists: true } and not { IsMasked: true, IsActive: false })
                units.Add(await _masking.CaptureAsync(unit, cancellationToken));
        }

        return units.Count == 0 ? null : new MaskedUnitsState(units);
    }

    protected override async Task<bool> IsAppliedAsync(MaskedUnitsState state, CancellationToken cancellationToken)
    {
        foreach (var unit in state.Units)
        {
            if (!await _masking.IsAppliedAsync(unit, cancellationToken))
                return false;
        }

        return true;
    }

    protected override async Task<MaskedUnitsState> ApplyAsync(MaskedUnitsState state, IHostReport report, CancellationToken cancellationToken)
    {
        foreach (var unit in state.Units)
            await _masking.ApplyAsync(unit, cancellationToken);
        if (state.Units.Any(u => u.WasActive))
            report.Info("docker was running: it and its containers are stopped until uninstall");
        return state;
    }

    protected override async Task<IReadOnlyList<string>> DescribeUndoAsync(MaskedUnitsState? state, HostFacts facts, CancellationToken cancellationToken)
    {
        var lines = new List<string>();
        foreach (var unit in state?.Units ?? [])
        {
            if (await _masking.IsPendingAsync(unit, cancellationToken))
                lines.Add(unit.WasActive ? $"unmask and start {unit.Name}" : $"unmask {unit.Name}");
        }

        return lines;
    }

    protected override async Task UndoAsync(MaskedUnitsState? state, HostFacts facts, IHostReport report, CancellationToken cancellationToken)
    {
        if (state is null)
            return;
        await _masking.UnmaskAsync(state.Units, cancellationToken);
        await _masking.RestartAsync(state.Units, cancellationToken);
    }
}
