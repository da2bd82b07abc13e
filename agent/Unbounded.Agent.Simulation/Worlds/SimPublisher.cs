using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Transaction.Execution;
using Unbounded.Agent.Linux;
using Unbounded.Agent.Simulation.Hosts;

namespace Unbounded.Agent.Simulation.Worlds;

internal sealed class SimPublisher(Scissors scissors, SimCluster cluster) : IStatusPublisher
{
    public static readonly ErrorCode Unreachable = LinuxErrors.BusServiceUnavailable;

    public bool IsDown { get; set; }

    /// <summary>Planted bug: says that it has published, and has not.</summary>
    public bool Swallows { get; set; }

    public List<StatusSnapshot> Published { get; } = [];

    public List<StatusSnapshot> Reported { get; } = [];

    /// <summary>Has published what another one has.</summary>
    public void CopyFrom(SimPublisher other)
    {
        Swallows = other.Swallows;
        Published.AddRange(other.Published);
    }

    public void Report(StatusSnapshot status)
    {
        Reported.Add(status);
        cluster.Hears(status.Record);
    }

    public async Task PublishAsync(StatusSnapshot status, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (IsDown)
        {
            throw new AgentException(Unreachable, "The status can't be published", "the API server does not answer", "Wait");
        }

        cluster.Hears(status.Record);
        if (!Swallows)
        {
            Published.Add(status);
        }

        await scissors.HappenedAsync("publish");
    }
}
