namespace Unbounded.Agent.Machines.HostPreparation.Host;

/// <summary>Takes everything away that belongs to machines: what runs, roots, settings, store, shared directories, applied configs, records.</summary>
public interface IMachineRemoval
{
    /// <summary>Paths and running units that have the slots' names and of which nothing says that they are the agent's. Changes nothing.</summary>
    Task<IReadOnlyList<string>> FindForeignAsync(CancellationToken cancellationToken);

    /// <summary>What would be removed, one line each; empty when there is nothing. Changes nothing.</summary>
    /// <param name="facts">Whether an agent has set the host up; without that, machines that may be somebody else's stay.</param>
    /// <param name="cancellationToken">Cancels.</param>
    Task<IReadOnlyList<string>> DescribeAsync(HostFacts facts, CancellationToken cancellationToken);

    /// <summary>Stops the machines (law 13) and removes it all. May be run again after a crash at any instant.</summary>
    /// <param name="facts">As for <see cref="DescribeAsync"/>.</param>
    /// <param name="report">Receives warnings.</param>
    /// <param name="cancellationToken">Stops between effects.</param>
    Task RemoveAsync(HostFacts facts, IHostReport report, CancellationToken cancellationToken);
}
