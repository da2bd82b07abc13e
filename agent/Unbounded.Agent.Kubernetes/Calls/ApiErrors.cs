using System.Net;
using System.Text.Json;
using Unbounded.Agent.Core.Errors;

namespace Unbounded.Agent.Kubernetes.Calls;

/// <summary>Turns what an API server answers, or that it does not, into errors with a code.</summary>
internal static class ApiErrors
{
    /// <summary>The error of an answer that is none of success.</summary>
    /// <param name="verb">What was asked for.</param>
    /// <param name="path">Of which object.</param>
    /// <param name="code">HTTP status.</param>
    /// <param name="body">The answer, as much as was read of it.</param>
    public static AgentException Of(string verb, ResourcePath path, HttpStatusCode code, ReadOnlySpan<byte> body)
    {
        var status = StatusOf(body);
        var what = $"the API server refused to {verb} {path}";
        var why = Redaction.Kept(status?.Message is { Length: > 0 } message ? message : $"HTTP {(int)code}", 1024);
        return (int)code switch
        {
            401 => Make(KubernetesErrors.Unauthorized, "its credentials are not (or no longer) accepted: " + why, "renew the token or certificate; see docs/errors"),
            403 => Make(KubernetesErrors.Forbidden, why, "give the agent its rights: unbounded-agent manifests --machine NAME | kubectl apply -f -"),
            404 when status?.Details?.Name is null => Make(
                KubernetesErrors.KindMissing,
                $"the server knows no {path.Resource} of {path.GroupVersion}",
                "install the definition: unbounded-agent manifests | kubectl apply -f -"),
            404 => Make(KubernetesErrors.NotFound, why, "create it, or correct its name"),
            409 when status?.Reason == "AlreadyExists" => Make(KubernetesErrors.AlreadyExists, why, "use it, or delete it first"),
            409 => Make(KubernetesErrors.Conflict, why, "nothing has to be done: it is read again and tried again"),
            410 => Make(KubernetesErrors.Expired, why, "nothing has to be done: the list is read again"),
            413 => Make(KubernetesErrors.Refused, why, "make the object smaller"),
            400 or 405 or 406 or 415 or 422 => Make(KubernetesErrors.Refused, why, "correct the object; a server of another version may want other fields"),
            429 when path.Subresource == "eviction" => Make(KubernetesErrors.EvictionBlocked, Caused(why, status), "wait until the budget allows it, or change the PodDisruptionBudget"),
            _ => Make(KubernetesErrors.ServerBusy, why, "nothing has to be done: it is tried again"),
        };

        AgentException Make(ErrorCode error, string cause, string next) => new(error, what, cause, next);
    }

    // The message is of budgets in general: the causes name the one.
    private static string Caused(string why, ApiStatus? status)
    {
        var causes = status?.Details?.Causes?.Select(c => c.Message).OfType<string>().ToList() ?? [];
        return causes.Count == 0 ? why : Redaction.Kept($"{why} {string.Join("; ", causes)}", 1024);
    }

    /// <summary>Whether the server's own words give a time to wait: it does so where it is busy.</summary>
    public static TimeSpan? RetryAfter(ReadOnlySpan<byte> body) =>
        StatusOf(body)?.Details?.RetryAfterSeconds is { } seconds and > 0 ? TimeSpan.FromSeconds(seconds) : null;

    /// <summary>The answer can't be understood.</summary>
    public static AgentException Unreadable(string what, Exception? inner = null) => new(
        KubernetesErrors.AnswerUnreadable,
        "the API server's answer can't be understood",
        $"it sent {what}",
        "see what lies between the agent and the API server: a proxy that answers in its place, say",
        inner);

    /// <summary>The answer is larger than is read.</summary>
    public static AgentException TooLarge(ResourcePath path, int limit) => new(
        KubernetesErrors.AnswerTooLarge,
        $"the API server's answer about {path} is too large",
        $"at most {limit} bytes are read",
        "make the object smaller: large annotations, say");

    /// <summary>There is no answer.</summary>
    public static AgentException Unreachable(Uri server, string why, Exception? inner) => new(
        KubernetesErrors.Unreachable,
        $"the API server {server.GetLeftPart(UriPartial.Authority)} does not answer",
        why,
        "see that it runs and that this host reaches it; it is tried again",
        inner);

    /// <summary>It is not the server that it should be.</summary>
    public static AgentException Untrusted(Uri server, string why, Exception? inner) => new(
        KubernetesErrors.Untrusted,
        $"the API server {server.GetLeftPart(UriPartial.Authority)} is not trusted",
        why,
        "correct Cluster.CaCertBase64 (or the kubeconfig's certificate-authority) or the address; it is never asked without being verified",
        inner);

    /// <summary>The Status in a body, null when there is none.</summary>
    public static ApiStatus? StatusOf(ReadOnlySpan<byte> body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, CallsJson.Default.ApiStatus) is { Kind: "Status" } status ? status : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
