namespace Unbounded.Agent.Partitions.Updates;

/// <summary>What a host that updates itself does.</summary>
public interface IUpdateSteps
{
    /// <summary>Whether the verdict on a slot on trial is what comes next.</summary>
    Task<bool> IsVerdictDueAsync(CancellationToken cancellationToken);

    /// <summary>Gives the verdict on a slot on trial.</summary>
    Task<UpdateEnd> HealthcheckAsync(CancellationToken cancellationToken);

    /// <summary>Looks for something newer, and goes as far as the reboot.</summary>
    Task<UpdateEnd> TurnAsync(CancellationToken cancellationToken);
}
