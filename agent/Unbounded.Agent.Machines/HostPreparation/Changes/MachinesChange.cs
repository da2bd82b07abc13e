using Unbounded.Agent.Core.Errors;
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

    // The first transition frees the slot that it takes: what is there would be gone.
    public override async Task CheckAsync(HostFacts facts, CancellationToken cancellationToken)
    {
        if (facts.IsSetUp)
            return;
        var foreign = await _machines.FindForeignAsync(cancellationToken);
        if (foreign.Count == 0)
            return;
        throw new AgentException(
            MachinesErrors.ForeignMachine,
            "a machine of somebody else has a name that the agent needs",
            $"nothing says that the agent made {string.Join(", ", foreign)}",
            "Rename the machine (machinectl rename) with its settings, or remove it, then run install again; nothing was changed");
    }

    protected override Task<EmptyState?> CaptureStateAsync(HostFacts facts, CancellationToken cancellationToken) => Task.FromResult<EmptyState?>(new EmptyState());

    protected override Task<bool> IsAppliedAsync(EmptyState state, CancellationToken cancellationToken) => Task.FromResult(true);

    protected override Task<EmptyState> ApplyAsync(EmptyState state, IHostReport report, CancellationToken cancellationToken) => Task.FromResult(state);

    protected override Task<IReadOnlyList<string>> DescribeUndoAsync(EmptyState? state, HostFacts facts, CancellationToken cancellationToken) =>
        _machines.DescribeAsync(facts, cancellationToken);

    protected override Task UndoAsync(EmptyState? state, HostFacts facts, IHostReport report, CancellationToken cancellationToken) =>
        _machines.RemoveAsync(facts, report, cancellationToken);
}
