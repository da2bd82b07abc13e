using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Kubernetes;
using Unbounded.Agent.Kubernetes.Calls;

namespace Unbounded.Agent.Fleet.Approving;

/// <summary>Whether a bootstrap token is still good when a request of its user is judged: it was when the request was filed, or the server had not taken it.</summary>
/// <param name="client">The server.</param>
/// <param name="time">The clock.</param>
internal sealed class BootstrapTokens(KubernetesClient client, TimeProvider time)
{
    private static readonly ResourcePath Secrets = new("v1", "secrets", "kube-system");

    /// <summary>What stands against a token; null: nothing.</summary>
    /// <param name="secret">Name of its Secret, <c>bootstrap-token-ID</c>.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="AgentException"><see cref="KubernetesErrors.Forbidden"/>: Secrets can't be read.</exception>
    public async Task<string?> ObjectionAsync(string secret, CancellationToken cancellationToken)
    {
        try
        {
            return Objection(await client.GetAsync(Secrets.Of(secret), cancellationToken), time.GetUtcNow());
        }
        catch (AgentException e) when (e.Code == KubernetesErrors.NotFound)
        {
            return $"its bootstrap token was withdrawn: there is no Secret {secret} in kube-system any more";
        }
    }

    /// <summary>What stands against the token in a Secret; null: nothing. Pure; the token itself is not looked at.</summary>
    internal static string? Objection(ApiObject item, DateTimeOffset now)
    {
        var name = item.Meta.Name;
        var secret = JsonNode.Parse(item.Json.Span) as JsonObject;
        if (item.Meta.DeletionTimestamp is not null)
            return $"its bootstrap token is being withdrawn: the Secret {name} is being deleted";
        if (Text(secret?["type"]) != "bootstrap.kubernetes.io/token")
            return $"the Secret {name} is no bootstrap token";
        if ("bootstrap-token-" + Data(secret, "token-id") != name)
            return $"the Secret {name} holds another token than its name says";
        if (Data(secret, "usage-bootstrap-authentication") != "true")
            return $"the bootstrap token in the Secret {name} may not be used to log in";
        if (Data(secret, "expiration") is not { } text)
            return null;
        // As the server does: one that can't be read is over.
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var until) && until > now
            ? null
            : $"the bootstrap token in the Secret {name} has expired";
    }

    private static string? Data(JsonObject? secret, string name)
    {
        if (Text((secret?["data"] as JsonObject)?[name]) is not { } base64)
            return null;
        var bytes = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, bytes, out var length) ? Encoding.UTF8.GetString(bytes.AsSpan(0, length)) : "";
    }

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
