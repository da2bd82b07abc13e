using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Unbounded.Agent.Fleet.Approving;
using Unbounded.Agent.Kubernetes.Identity;

namespace Unbounded.Agent.Fleet.Events;

/// <summary>Something that a controller did, or left undone, for <c>kubectl describe</c> (Event, core/v1).</summary>
/// <param name="Machine">Name of the machine.</param>
/// <param name="Uid">The server's identity of the Machine; null: there is none, and the event is of the request.</param>
/// <param name="Request">Name of the request.</param>
/// <param name="Reason">One word.</param>
/// <param name="Message">One sentence.</param>
/// <param name="IsWarning">Whether a person should look.</param>
internal sealed record FleetEvent(string Machine, string? Uid, string Request, string Reason, string Message, bool IsWarning)
{
    /// <summary>A request was approved.</summary>
    public static FleetEvent Approved(SigningRequest request, MachineClaim claim) => new(
        claim.Name, claim.Uid, request.Name, "IdentityApproved", $"approved {request.Name}, key {ApprovalRules.FingerprintOf(request)}, filed by {request.Requester}", IsWarning: false);

    /// <summary>A request is left waiting.</summary>
    public static FleetEvent Waits(SigningRequest request, MachineClaim claim, string objection) => new(
        claim.Name, claim.Uid, request.Name, "IdentityNotApproved", $"{request.Name} is left waiting: {objection}", IsWarning: true);

    /// <summary>Name of the Event: the same for the same event, whoever tells it how often.</summary>
    public string Name =>
        $"{Machine}.{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{Uid}\n{Request}\n{Reason}\n{Message}")).AsSpan(0, 8))}";

    /// <summary>The Event.</summary>
    /// <param name="space">Namespace of the Event.</param>
    /// <param name="now">UTC.</param>
    public byte[] ToJson(string space, DateTimeOffset now)
    {
        var at = now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
        return Encoding.UTF8.GetBytes(new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Event",
            ["metadata"] = new JsonObject { ["name"] = Name, ["namespace"] = space },
            ["involvedObject"] = Uid is null
                ? new JsonObject { ["apiVersion"] = SigningRequest.Path.GroupVersion, ["kind"] = "CertificateSigningRequest", ["name"] = Request }
                : new JsonObject { ["apiVersion"] = Kubernetes.Resources.Machine.GroupVersion, ["kind"] = Kubernetes.Resources.Machine.KindName, ["name"] = Machine, ["uid"] = Uid },
            ["reason"] = Reason,
            ["message"] = Message,
            ["type"] = IsWarning ? "Warning" : "Normal",
            ["firstTimestamp"] = at,
            ["lastTimestamp"] = at,
            ["count"] = 1,
            ["source"] = new JsonObject { ["component"] = "unbounded-controller" },
            ["reportingComponent"] = "unbounded-controller",
            ["reportingInstance"] = Machine,
        }.ToJsonString());
    }
}
