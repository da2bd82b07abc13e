using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Kubernetes;
using Unbounded.Agent.Kubernetes.Calls;
using Unbounded.Agent.Kubernetes.Manifests;

namespace Unbounded.Agent.Fleet.Events;

/// <summary>Tells events, each once.</summary>
internal sealed class FleetEvents(KubernetesClient client, TimeProvider time)
{
    private static readonly ResourcePath Path = new("v1", "events", ManifestSet.EventNamespace);

    /// <summary>Tells one; one that was told before, by an earlier leader say, is not told again.</summary>
    public async Task TellAsync(FleetEvent happened, CancellationToken cancellationToken)
    {
        try
        {
            await client.CreateAsync(Path, happened.ToJson(ManifestSet.EventNamespace, time.GetUtcNow()), cancellationToken);
        }
        catch (AgentException e) when (e.Code == KubernetesErrors.AlreadyExists)
        {
            // As long as a server keeps it, it is known.
        }
    }
}
