using Unbounded.Agent.Machines.HostPreparation.Host;

namespace Unbounded.Agent.Machines.HostPreparation.Changes;

/// <summary>The machines' place in the order of undoing: after the daemon, before everything that they stand on.</summary>
internal sealed class MachinesChange : HostChange<EmptyState>
{
    private readonly IMachineRemoval _machines;

    public MachinesChange(IMachineRemoval machines)
        : base(HostChangeJson.Default.EmptyState) => _machines = machines;

    public override string Name => "machines";

    public override string Description => "machines, made later by the daemon";

    protected override Task<EmptyState?> CaptureStateAsync(HostFacts facts, CancellationToken cancellationToken) => Task.FromResult<EmptyState?>(new EmptyState());

    protected override Task<bool> IsAppliedAsync(EmptyState state, CancellationToken cancellationToken) => Task.FromResult(true);

    protected override Task<EmptyState> ApplyAsync(EmptyState state, IHostReport report, CancellationToken cancellationToken) => Task.FromResult(state);

    protected override Task<IReadOnlyList<string>> DescribeUndoAsync(EmptyState? state, HostFacts facts, CancellationToken cancellationToken) =>
        _machines.DescribeAsync(cancellationToken);

    protected override Task UndoAsync(EmptyState? state, HostFacts facts, IHostReport report, CancellationToken cancellationToken) =>
        _machines.RemoveAsync(report, cancellationToken);
}
