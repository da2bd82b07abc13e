using Unbounded.Agent.Kubernetes.Identity;

namespace Unbounded.Agent.Fleet.Approving;

/// <summary>
/// What a controller demands of a request beyond <see cref="ApprovalRules"/>, since no person compares keys for it: a bootstrap token is one machine's and is good for
/// one key. Pure.
/// </summary>
internal static class FleetRules
{
    /// <summary>What stands against approving; null: nothing but, perhaps, the token's Secret.</summary>
    /// <param name="request">The request.</param>
    /// <param name="claim">The machine that it asks for.</param>
    /// <param name="machines">All machines.</param>
    /// <param name="requests">All requests of machines.</param>
    public static string? Objection(SigningRequest request, MachineClaim claim, IEnumerable<MachineClaim> machines, IEnumerable<KnownRequest> requests)
    {
        if (ApprovalRules.Objection(request, claim.Name, claim.TokenSecret, claim.IsRegistered, key: null) is { } objection)
            return objection;
        // A renewal: the machine proved to be itself.
        if (!IsByToken(request, claim))
            return null;
        if (machines.Where(m => m.Name != claim.Name && m.TokenSecret == claim.TokenSecret).MinBy(m => m.Name, StringComparer.Ordinal) is { } sharer)
            return $"the Machine {sharer.Name} names the token of {claim.TokenSecret}, too: it says nothing about which of them asks; give each machine its own, or: unbounded-agent approve {claim.Name} --key";
        var fingerprint = ApprovalRules.FingerprintOf(request);
        if (requests.Where(r => r.Name != request.Name && !r.IsRefused && r.Requester == request.Requester && r.Fingerprint != fingerprint).MinBy(r => r.Name, StringComparer.Ordinal) is { } other)
            return $"the same token asked for another key, too ({other.Name}{(other.IsApproved ? ", which was approved" : "")}): compare with what the machine itself shows, then: unbounded-agent approve {claim.Name} --key";
        return null;
    }

    /// <summary>Whether a request without objections was filed with the machine's bootstrap token, and not by the machine itself.</summary>
    public static bool IsByToken(SigningRequest request, MachineClaim claim) => request.Requester != Kubernetes.Manifests.ManifestSet.UserOf(claim.Name);
}
