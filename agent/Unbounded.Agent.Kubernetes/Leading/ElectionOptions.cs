using Unbounded.Agent.Core.Errors;

namespace Unbounded.Agent.Kubernetes.Leading;

/// <summary>Times of an election. Those of all candidates should be the same; where they are not, the longer duration counts.</summary>
public sealed record ElectionOptions
{
    /// <summary>For how long the others leave a lease alone that they do not see renewed; whole seconds. Default 15 s.</summary>
    public TimeSpan Duration { get; private init; } = TimeSpan.FromSeconds(15);

    /// <summary>A leader that could not renew for so long leads no more: two thirds of <see cref="Duration"/>. The rest is for its work to end, and for clocks of unequal speed.</summary>
    public TimeSpan RenewWithin => Duration * 2 / 3;

    /// <summary>Between two renewals, and between two looks of who waits, with jitter of a fifth: an eighth of <see cref="Duration"/>.</summary>
    public TimeSpan Period => Duration / 8;

    /// <summary>Times of an election whose leases last so long.</summary>
    /// <param name="duration">2 s to 1 h; fractions of a second are cut off, since a Lease has none.</param>
    /// <exception cref="AgentException"><see cref="KubernetesErrors.Refused"/>.</exception>
    public static ElectionOptions Lasting(TimeSpan duration) => duration >= TimeSpan.FromSeconds(2) && duration <= TimeSpan.FromHours(1)
        ? new() { Duration = TimeSpan.FromSeconds(Math.Floor(duration.TotalSeconds)) }
        : throw new AgentException(
            KubernetesErrors.Refused,
            "there can be no such lease",
            $"it would last {duration.TotalSeconds:0.###} s",
            "let it last between 2 s and an hour");
}
