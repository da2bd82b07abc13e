namespace Unbounded.Agent.Machines.HostPreparation.Host;

/// <summary>Takes everything away that belongs to machines: what runs, roots, settings, store, shared directories, applied configs, records.</summary>
public interface IMachineRemoval
{
    /// <summary>What would be removed, one line each; empty when there is nothing. Changes nothing.</summary>
    Task<IReadOnlyList<string>> DescribeAsync(CancellationToken cancellationToken);

    /// <summary>Stops the machines (law 13) and removes it all. May be run again after a crash at any instant.</summary>
    Task RemoveAsync(IHostReport report, CancellationToken cancellationToken);
}
