using Unbounded.Agent.Kubernetes.Queueing;
using Unbounded.Agent.Kubernetes.Watching;

namespace Unbounded.Agent.Fleet.Approving;

/// <summary>Times of the approving loop.</summary>
internal sealed record ApprovingOptions
{
    /// <summary>When a request that has an objection is looked at again, if nothing was heard of its Machine: a Secret is not watched. Default 5 min.</summary>
    public TimeSpan LookAgain { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Workers and pauses.</summary>
    public WorkQueueOptions Queue { get; init; } = new();

    /// <summary>Pauses of the watches.</summary>
    public ReflectorOptions Reflector { get; init; } = new();
}
