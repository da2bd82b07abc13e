using System.Text;
using System.Text.Json.Nodes;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Kubernetes.Calls;

namespace Unbounded.Agent.Kubernetes.Identity;

/// <summary>A CertificateSigningRequest (certificates.k8s.io/v1), as far as the agent reads one.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Requester">The user who filed it, by the server's word.</param>
/// <param name="Signer">Who is to sign.</param>
/// <param name="Usages">What the certificate is for.</param>
/// <param name="Pkcs10">The request itself, PEM.</param>
/// <param name="Certificate">The certificate, PEM; null: not issued yet.</param>
/// <param name="Refusal">Why it was denied or failed; null: it was not.</param>
/// <param name="IsApproved">Whether somebody approved it.</param>
public sealed record SigningRequest(
    string Name, string Requester, string Signer, IReadOnlyList<string> Usages, string Pkcs10, string? Certificate, string? Refusal, bool IsApproved)
{
    /// <summary>The signer of client certificates of API servers; kube-controller-manager signs for it, and approves nothing.</summary>
    public const string ClientSigner = "kubernetes.io/kube-apiserver-client";

    /// <summary>What a client's certificate is for.</summary>
    public static readonly IReadOnlyList<string> ClientUsages = ["digital signature", "key encipherment", "client auth"];

    /// <summary>Where they are.</summary>
    public static readonly ResourcePath Path = new("certificates.k8s.io/v1", "certificatesigningrequests");

    /// <summary>What to file.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="pkcs10">The request, PEM.</param>
    public static byte[] File(string name, string pkcs10) => Encoding.UTF8.GetBytes(new JsonObject
    {
        ["apiVersion"] = Path.GroupVersion,
        ["kind"] = "CertificateSigningRequest",
        ["metadata"] = new JsonObject { ["name"] = name },
        ["spec"] = new JsonObject
        {
            ["request"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(pkcs10)),
            ["signerName"] = ClientSigner,
            ["usages"] = new JsonArray([.. ClientUsages.Select(u => (JsonNode)u)]),
        },
    }.ToJsonString());

    /// <summary>Reads one.</summary>
    /// <exception cref="AgentException"><see cref="KubernetesErrors.AnswerUnreadable"/>.</exception>
    public static SigningRequest Of(ApiObject item)
    {
        try
        {
            var whole = JsonNode.Parse(item.Json.Span)!;
            var (spec, status) = (whole["spec"], whole["status"]);
            var conditions = (status?["conditions"] as JsonArray ?? []).OfType<JsonObject>().ToList();
            var refused = conditions.Find(c => (string?)c["type"] is "Denied" or "Failed");
            return new(
                item.Meta.Name,
                (string?)spec?["username"] ?? "",
                (string?)spec?["signerName"] ?? "",
                [.. (spec?["usages"] as JsonArray ?? []).Select(u => (string?)u ?? "")],
                Text((string?)spec?["request"]) ?? "",
                Text((string?)status?["certificate"]),
                refused is null ? null : $"{(string?)refused["type"]}: {(string?)refused["reason"]}: {(string?)refused["message"]}",
                conditions.Exists(c => (string?)c["type"] == "Approved"));
        }
        catch (Exception e) when (e is System.Text.Json.JsonException or FormatException or InvalidOperationException)
        {
            throw ApiErrors.Unreadable("something that is no CertificateSigningRequest", e);
        }
    }

    /// <summary>The same with the word that it is approved, for its <c>approval</c>.</summary>
    /// <param name="item">The request as the server has it.</param>
    /// <param name="message">Who approved it and why.</param>
    public static byte[] Approved(ApiObject item, string message)
    {
        var whole = JsonNode.Parse(item.Json.Span)!.AsObject();
        var status = whole["status"] as JsonObject ?? [];
        whole["status"] = status;
        var conditions = status["conditions"] as JsonArray ?? [];
        status["conditions"] = conditions;
        conditions.Add((JsonNode)new JsonObject { ["type"] = "Approved", ["status"] = "True", ["reason"] = "UnboundedMachine", ["message"] = message });
        return Encoding.UTF8.GetBytes(whole.ToJsonString());
    }

    private static string? Text(string? base64) => base64 is null ? null : Encoding.UTF8.GetString(Convert.FromBase64String(base64));
}
