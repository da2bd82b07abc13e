using Unbounded.Agent.Partitions.Updates;

namespace Unbounded.Agent.Updating;

/// <summary>The steps of this host.</summary>
/// <param name="agent">Carries them out.</param>
internal sealed class UpdateSteps(UpdateAgent agent) : IUpdateSteps
{
    public Task<bool> IsVerdictDueAsync(CancellationToken cancellationToken) => agent.IsVerdictDueAsync(cancellationToken);

    public Task<UpdateEnd> HealthcheckAsync(CancellationToken cancellationToken) => agent.HealthcheckAsync(cancellationToken);

    public Task<UpdateEnd> TurnAsync(CancellationToken cancellationToken) => agent.TurnAsync(cancellationToken);
}
