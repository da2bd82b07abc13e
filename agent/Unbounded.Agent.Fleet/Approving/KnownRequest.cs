using Unbounded.Agent.Kubernetes.Calls;
using Unbounded.Agent.Kubernetes.Identity;

namespace Unbounded.Agent.Fleet.Approving;

/// <summary>What is kept of a machine's request: little, since anybody with a token may file many.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Machine">Whose certificate it asks for.</param>
/// <param name="Requester">Who filed it.</param>
/// <param name="Fingerprint">Of its key.</param>
/// <param name="IsApproved">Whether it was approved.</param>
/// <param name="IsRefused">Whether it was denied, or failed.</param>
internal sealed record KnownRequest(string Name, string Machine, string Requester, string? Fingerprint, bool IsApproved, bool IsRefused)
{
    /// <summary>Whether it waits.</summary>
    public bool Waits => !IsApproved && !IsRefused;

    /// <summary>Of an object; null: it asks for no machine's certificate.</summary>
    public static KnownRequest? Of(ApiObject item)
    {
        var request = SigningRequest.Of(item);
        return ApprovalRules.MachineOf(request) is { } machine
            ? new(request.Name, machine, request.Requester, ApprovalRules.FingerprintOf(request), request.IsApproved, request.Refusal is not null)
            : null;
    }
}
