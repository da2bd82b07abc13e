using Microsoft.Extensions.Logging;
using Unbounded.Agent.Fleet.Approving;
using Unbounded.Agent.Kubernetes.Calls;
using Unbounded.Agent.Kubernetes.Connecting;
using Unbounded.Agent.Kubernetes.Leading;

namespace Unbounded.Agent.Fleet.Controlling;

/// <summary>The controller of a fleet: of several processes one leads and does the work. Its work: machines' requests for certificates.</summary>
/// <param name="endpoint">The cluster, and who asks.</param>
/// <param name="options">How it runs.</param>
/// <param name="time">The clock.</param>
/// <param name="random">Jitter. Thread-safe, as <see cref="Random.Shared"/> is.</param>
/// <param name="loggers">The log.</param>
public sealed class FleetController(ClusterEndpoint endpoint, ControllerOptions options, TimeProvider time, Random random, ILoggerFactory loggers)
{
    /// <summary>Runs until cancelled; the lead is then given back. A server that is away, or rights that lack, never end it.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        // A connection of its own, and answers that are given up soon: a renewal must not wait behind other work.
        var soon = new ClientOptions { CallTimeout = options.Election.Period * 2, ConnectTimeout = options.Election.Period, Tries = 2, FirstRetry = options.Election.Period / 10 };
        using var lease = new KubernetesClient(endpoint, soon, time);
        using var client = new KubernetesClient(endpoint, new ClientOptions(), time);
        var election = new LeaderElection(
            new LeaseStore(lease, options.LeaseNamespace, options.LeaseName), options.Candidate, options.Election, time, random, loggers.CreateLogger<LeaderElection>());
        await election.RunAsync(term => new ApprovingLoop(client, new ApprovingOptions(), time, random, loggers).RunAsync(term), cancellationToken);
    }
}
