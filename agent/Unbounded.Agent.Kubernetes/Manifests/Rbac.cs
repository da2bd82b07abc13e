using System.Text.Json.Nodes;
using Unbounded.Agent.Kubernetes.Resources.Yaml;

namespace Unbounded.Agent.Kubernetes.Manifests;

/// <summary>Objects of rbac.authorization.k8s.io/v1 as YAML.</summary>
internal static class Rbac
{
    private const string Group = "rbac.authorization.k8s.io";

    /// <summary>A role; of a cluster where it has no namespace.</summary>
    public static string Role(string kind, string name, string? space, params JsonNode[] rules) => YamlEmitter.Write(new JsonObject
    {
        ["apiVersion"] = Group + "/v1",
        ["kind"] = kind,
        ["metadata"] = Named(name, space),
        ["rules"] = new JsonArray(rules),
    });

    /// <summary>A binding of the role of the same name.</summary>
    public static string Binding(string kind, string role, string name, string? space, JsonObject subject) => YamlEmitter.Write(new JsonObject
    {
        ["apiVersion"] = Group + "/v1",
        ["kind"] = kind,
        ["metadata"] = Named(name, space),
        ["roleRef"] = new JsonObject { ["apiGroup"] = Group, ["kind"] = role, ["name"] = name },
        ["subjects"] = new JsonArray(subject),
    });

    /// <summary>A user.</summary>
    public static JsonObject User(string name) => new() { ["apiGroup"] = Group, ["kind"] = "User", ["name"] = name };

    /// <summary>A service account.</summary>
    public static JsonObject ServiceAccount(string name, string space) => new() { ["kind"] = "ServiceAccount", ["name"] = name, ["namespace"] = space };

    /// <summary>Name and, where it has one, namespace.</summary>
    public static JsonObject Named(string name, string? space) =>
        space is null ? new JsonObject { ["name"] = name } : new JsonObject { ["name"] = name, ["namespace"] = space };

    /// <summary>A rule.</summary>
    /// <param name="group">API group, empty: core.</param>
    /// <param name="resource">Resource, with its subresource.</param>
    /// <param name="name">The one object; null: all.</param>
    /// <param name="verbs">What is allowed.</param>
    public static JsonObject Rule(string group, string resource, string? name, params ReadOnlySpan<string> verbs)
    {
        var allowed = new JsonArray();
        foreach (var verb in verbs)
            allowed.Add((JsonNode)verb);
        var rule = new JsonObject { ["apiGroups"] = new JsonArray(group), ["resources"] = new JsonArray(resource) };
        if (name is not null)
            rule["resourceNames"] = new JsonArray(name);
        rule["verbs"] = allowed;
        return rule;
    }
}
