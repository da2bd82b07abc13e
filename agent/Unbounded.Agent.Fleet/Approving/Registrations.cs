using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Kubernetes;
using Unbounded.Agent.Kubernetes.Calls;

namespace Unbounded.Agent.Fleet.Approving;

/// <summary>Asks a server for Machines, each time anew: what a watch said may be old.</summary>
internal sealed class Registrations(KubernetesClient client)
{
    /// <summary>What is so of a machine at this instant.</summary>
    public async Task<MachineClaim> ReadAsync(string machine, CancellationToken cancellationToken)
    {
        try
        {
            return MachineClaim.Of(await client.GetAsync(MachineClaim.Path.Of(machine), cancellationToken));
        }
        catch (AgentException e) when (e.Code == KubernetesErrors.NotFound)
        {
            return MachineClaim.Missing(machine);
        }
    }
}
