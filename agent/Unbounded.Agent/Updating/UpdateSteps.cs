using Unbounded.Agent.Core.Transaction.Phases;
using Unbounded.Agent.Partitions.Updates;

namespace Unbounded.Agent.Updating;

/// <summary>The steps of this host.</summary>
/// <param name="agent">Carries them out.</param>
internal sealed class UpdateSteps(UpdateAgent agent) : IUpdateSteps
{
    public async Task<Phase> PhaseAsync(CancellationToken cancellationToken) => (await agent.StatusAsync(cancellationToken)).State.Phase;

    public Task<UpdateEnd> HealthcheckAsync(CancellationToken cancellationToken) => agent.HealthcheckAsync(cancellationToken);

    public Task<UpdateEnd> TurnAsync(CancellationToken cancellationToken) => agent.TurnAsync(cancellationToken);
}
