using Unbounded.Agent.Kubernetes.Calls;
using Unbounded.Agent.Kubernetes.Identity;

namespace Unbounded.Agent.Fleet.Approving;

/// <summary>Approves a request that was judged: the one place that does.</summary>
internal sealed class Approvals(KubernetesClient client)
{
    /// <summary>Approves exactly the version that was judged; another one is a conflict.</summary>
    /// <param name="item">The request as the server has it.</param>
    /// <param name="request">The same, read.</param>
    /// <param name="machine">Whose it is.</param>
    /// <param name="who">Who approves, for the request's condition.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task ApproveAsync(ApiObject item, SigningRequest request, string machine, string who, CancellationToken cancellationToken)
    {
        var why = $"{who}: {machine}, key {ApprovalRules.FingerprintOf(request)}, filed by {request.Requester}";
        await client.ReplaceAsync(SigningRequest.Path.Of(request.Name) with { Subresource = "approval" }, SigningRequest.Approved(item, why), cancellationToken);
    }
}
