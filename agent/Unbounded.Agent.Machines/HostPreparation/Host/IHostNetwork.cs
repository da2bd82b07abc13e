namespace Unbounded.Agent.Machines.HostPreparation.Host;

/// <summary>What a node's network may have left on the host: links, rules, routes, firewall chains.</summary>
public interface IHostNetwork
{
    /// <summary>Everything there is that looks like a node's, each as a stable text that <see cref="RemoveAsync"/> takes back.</summary>
    /// <param name="baseline">Texts of what is somebody else's: left out, and everything that it needs.</param>
    /// <param name="cancellationToken">Cancels.</param>
    Task<IReadOnlyList<string>> FindAsync(IReadOnlySet<string> baseline, CancellationToken cancellationToken);

    /// <summary>Removes these. What is gone already is no error.</summary>
    Task RemoveAsync(IReadOnlyList<string> items, CancellationToken cancellationToken);
}
