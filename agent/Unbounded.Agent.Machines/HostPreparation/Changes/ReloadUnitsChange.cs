using Unbounded.Agent.Machines.HostPreparation.Host;

namespace Unbounded.Agent.Machines.HostPreparation.Changes;

/// <summary>Stands before the unit files, so that its undoing comes after their removal and lets systemd forget them.</summary>
internal sealed class ReloadUnitsChange : HostChange<EmptyState>
{
    private readonly IHostUnits _units;

    public ReloadUnitsChange(IHostUnits units)
        : base(HostChangeJson.Default.EmptyState) => _units = units;

    public override string Name => "reload-units";

    public override string Description => "let systemd read the unit files again";

    protected override Task<EmptyState?> CaptureStateAsync(HostFacts facts, CancellationToken cancellationToken) => Task.FromResult<EmptyState?>(new EmptyState());

    protected override Task<bool> IsAppliedAsync(EmptyState state, CancellationToken cancellationToken) => Task.FromResult(true);

    protected override Task<EmptyState> ApplyAsync(EmptyState state, IHostReport report, CancellationToken cancellationToken) => Task.FromResult(state);

    protected override Task<IReadOnlyList<string>> DescribeUndoAsync(EmptyState? state, HostFacts facts, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<string>>([]);

    protected override Task UndoAsync(EmptyState? state, HostFacts facts, IHostReport report, CancellationToken cancellationToken) => _units.ReloadAsync(cancellationToken);
}
