using Unbounded.Agent.Core.Transaction.Phases;
using Unbounded.Agent.Partitions.Updates;

namespace Unbounded.Agent.Updating;

/// <summary>What a host that updates itself does.</summary>
internal interface IUpdateSteps
{
    /// <summary>How far the update is.</summary>
    Task<Phase> PhaseAsync(CancellationToken cancellationToken);

    /// <summary>Gives the verdict on a slot on trial.</summary>
    Task<UpdateEnd> HealthcheckAsync(CancellationToken cancellationToken);

    /// <summary>Looks for something newer, and goes as far as the reboot.</summary>
    Task<UpdateEnd> TurnAsync(CancellationToken cancellationToken);
}
