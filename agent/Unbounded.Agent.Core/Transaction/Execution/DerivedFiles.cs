using Unbounded.Agent.Core.Configuration.Applied;
using Unbounded.Agent.Core.Transaction.Records;

namespace Unbounded.Agent.Core.Transaction.Execution;

/// <summary>The files of other agents' formats: derived from the record, repaired from it.</summary>
/// <param name="state">state.json.</param>
/// <param name="applied">Applied config and sidecar of the active side; the old side's go at its commit, as the ancestor would pick them.</param>
public sealed class DerivedFiles(StateFile state, AppliedConfigFiles applied)
{
    /// <summary>Makes every derived file agree with the record. Files that do are left alone.</summary>
    public async Task EnsureAsync(AgentRecord record, CancellationToken cancellationToken)
    {
        if (record.Active is { } active)
        {
            await applied.EnsureAsync(active.Slot, active.AppliedConfig.Memory, cancellationToken);
        }

        await EnsureStateAsync(record, cancellationToken);
    }

    /// <summary>Makes state.json agree with the record.</summary>
    public Task EnsureStateAsync(AgentRecord record, CancellationToken cancellationToken) => state.DeriveAsync(record.State, cancellationToken);
}
