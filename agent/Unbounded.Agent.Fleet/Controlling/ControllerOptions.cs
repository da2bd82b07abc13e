using Unbounded.Agent.Kubernetes.Leading;
using Unbounded.Agent.Kubernetes.Manifests;

namespace Unbounded.Agent.Fleet.Controlling;

/// <summary>How a controller runs.</summary>
public sealed record ControllerOptions
{
    /// <summary>Namespace of the Lease that says which controller leads.</summary>
    public required string LeaseNamespace { get; init; }

    /// <summary>Name of that Lease. Default: the one that <see cref="ControllerManifests"/> give rights to.</summary>
    public string LeaseName { get; init; } = ControllerManifests.LeaseName;

    /// <summary>Name of this process among the controllers: no other one's, nor an earlier process's.</summary>
    public required string Candidate { get; init; }

    /// <summary>Times of the election.</summary>
    public ElectionOptions Election { get; init; } = new();
}
