namespace Unbounded.Agent.Partitions.Updates;

/// <summary>Asks a cluster for this host's Node. Never throws for a cluster that can't be asked: an update does not depend on it.</summary>
public interface INodeLabels
{
    /// <summary>Asks.</summary>
    Task<NodeAnswer> ReadAsync(CancellationToken cancellationToken);
}
