using System.Runtime.CompilerServices;
using System.Text;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Kubernetes;
using Unbounded.Agent.Kubernetes.Calls;
using Unbounded.Agent.Kubernetes.Identity;

namespace Unbounded.Agent.Fleet.Approving;

/// <summary>Finds, checks and approves machines' requests for certificates, for a person who asks for it.</summary>
/// <param name="client">The server.</param>
public sealed class Approver(KubernetesClient client)
{
    private readonly Registrations _registrations = new(client);
    private readonly Approvals _approvals = new(client);

    /// <summary>The requests that wait, one line each.</summary>
    public async Task<string> ListAsync(CancellationToken cancellationToken)
    {
        var lines = new StringBuilder();
        await foreach (var (_, request, machine) in WaitingAsync(cancellationToken))
            lines.Append($"{machine}  {ApprovalRules.FingerprintOf(request)}  by {request.Requester}  ({request.Name})\n");
        return lines.Length == 0 ? "no machine waits for its certificate\n" : lines.ToString();
    }

    /// <summary>Approves the one request of a machine that passes every check. Where several do, for keys that are not the same, the key has to be named.</summary>
    /// <param name="machine">Name of the machine.</param>
    /// <param name="key">Fingerprint that the person has from the machine itself; null: none.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="AgentException"><see cref="KubernetesErrors.NotApprovable"/>: none does; nothing was changed.</exception>
    public async Task<string> ApproveAsync(string machine, string? key, CancellationToken cancellationToken)
    {
        var claim = await _registrations.ReadAsync(machine, cancellationToken);
        var objections = new List<string>();
        var sound = new List<(ApiObject Item, SigningRequest Request)>();
        await foreach (var (item, request, whose) in WaitingAsync(cancellationToken))
        {
            if (whose != machine)
                continue;
            if (ApprovalRules.Objection(request, machine, claim.TokenSecret, claim.IsRegistered, key) is { } objection)
                objections.Add($"{request.Name}: {objection}");
            else
                sound.Add((item, request));
        }

        if (sound.Select(s => ApprovalRules.FingerprintOf(s.Request)).Distinct(StringComparer.Ordinal).Count() > 1)
        {
            throw new AgentException(
                KubernetesErrors.NotApprovable,
                $"no request of {machine} was approved",
                $"several wait, each with a key of its own: {string.Join("; ", sound.Select(s => $"{s.Request.Name}: {ApprovalRules.FingerprintOf(s.Request)}"))}",
                "name the key that the machine's own status shows: --key SHA256:..., and deny the others: kubectl certificate deny");
        }

        if (sound is [var (first, its), ..])
        {
            await _approvals.ApproveAsync(first, its, machine, "unbounded-agent approve", cancellationToken);
            return $"approved {its.Name} of {machine}\n";
        }

        throw new AgentException(
            KubernetesErrors.NotApprovable,
            $"no request of {machine} was approved",
            objections.Count == 0 ? "none of that machine waits" : string.Join("; ", objections),
            objections.Count == 0 ? "`unbounded-agent approve` without a name lists those that wait" : "a request that is not the machine's own: kubectl certificate deny");
    }

    private async IAsyncEnumerable<(ApiObject Item, SigningRequest Request, string Machine)> WaitingAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var item in client.ListAsync(SigningRequest.Path, Selection.All, cancellationToken))
        {
            var request = SigningRequest.Of(item);
            if (!request.IsApproved && request.Refusal is null && ApprovalRules.MachineOf(request) is { } machine)
                yield return (item, request, machine);
        }
    }
}
