using System.Text;
using System.Text.Json.Nodes;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Kubernetes;
using Unbounded.Agent.Kubernetes.Calls;
using Unbounded.Agent.Kubernetes.Identity;

namespace Unbounded.Agent.Commands.Approve;

/// <summary>Finds, checks and approves machines' requests for certificates.</summary>
internal sealed class Approver(KubernetesClient client)
{
    private static readonly ResourcePath Machines = new(Kubernetes.Resources.Machine.GroupVersion, "machines");

    /// <summary>The requests that wait, one line each.</summary>
    public async Task<string> ListAsync(CancellationToken cancellationToken)
    {
        var lines = new StringBuilder();
        await foreach (var (_, request, machine) in WaitingAsync(cancellationToken))
            lines.Append($"{machine}  {ApprovalRules.FingerprintOf(request)}  by {request.Requester}  ({request.Name})\n");
        return lines.Length == 0 ? "no machine waits for its certificate\n" : lines.ToString();
    }

    /// <summary>Approves the one request of a machine that passes every check.</summary>
    /// <exception cref="AgentException"><see cref="KubernetesErrors.NotApprovable"/>: none does; nothing was changed.</exception>
    public async Task<string> ApproveAsync(string machine, string? key, CancellationToken cancellationToken)
    {
        var (isRegistered, tokenSecret) = await MachineAsync(machine, cancellationToken);
        var objections = new List<string>();
        await foreach (var (item, request, _) in WaitingAsync(cancellationToken))
        {
            if (ApprovalRules.MachineOf(request) != machine)
                continue;
            if (ApprovalRules.Objection(request, machine, tokenSecret, isRegistered, key) is { } objection)
            {
                objections.Add($"{request.Name}: {objection}");
                continue;
            }

            var why = $"unbounded-agent approve: {machine}, key {ApprovalRules.FingerprintOf(request)}, filed by {request.Requester}";
            await client.ReplaceAsync(
                SigningRequest.Path.Of(request.Name) with { Subresource = "approval" }, SigningRequest.Approved(item, why), cancellationToken);
            return $"approved {request.Name} of {machine}\n";
        }

        throw new AgentException(
            KubernetesErrors.NotApprovable,
            $"no request of {machine} was approved",
            objections.Count == 0 ? "none of that machine waits" : string.Join("; ", objections),
            objections.Count == 0 ? "`unbounded-agent approve` without a name lists those that wait" : "a request that is not the machine's own: kubectl certificate deny");
    }

    private async IAsyncEnumerable<(ApiObject Item, SigningRequest Request, string Machine)> WaitingAsync(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var item in client.ListAsync(SigningRequest.Path, Selection.All, cancellationToken))
        {
            var request = SigningRequest.Of(item);
            if (!request.IsApproved && request.Refusal is null && ApprovalRules.MachineOf(request) is { } machine)
                yield return (item, request, machine);
        }
    }

    private async Task<(bool IsRegistered, string? TokenSecret)> MachineAsync(string machine, CancellationToken cancellationToken)
    {
        try
        {
            var found = JsonNode.Parse((await client.GetAsync(Machines.Of(machine), cancellationToken)).Json.Span);
            return (true, (string?)found?["spec"]?["kubernetes"]?["bootstrapTokenRef"]?["name"]);
        }
        catch (AgentException e) when (e.Code == KubernetesErrors.NotFound)
        {
            return (false, null);
        }
    }
}
