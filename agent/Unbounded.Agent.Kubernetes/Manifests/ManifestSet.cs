using System.Text.Json.Nodes;
using Unbounded.Agent.Core.Configuration.Syntax;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Kubernetes.Resources.Yaml;

namespace Unbounded.Agent.Kubernetes.Manifests;

/// <summary>What a cluster needs to know of the agent, as YAML for <c>kubectl apply -f -</c>.</summary>
public static class ManifestSet
{
    /// <summary>Where events of Machines are: those of cluster-scoped objects have no namespace of their own.</summary>
    public const string EventNamespace = "default";

    private const string Definition = "Unbounded.Agent.Kubernetes.machines.yaml";

    /// <summary>The definition of the Machine kind.</summary>
    public static string Machines()
    {
        using var stream = typeof(ManifestSet).Assembly.GetManifestResourceStream(Definition)
            ?? throw new InvalidOperationException($"{Definition} was not built in");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>Name of the user that a machine's daemon is.</summary>
    public static string UserOf(string machine) => $"unbounded:machine:{machine}";

    /// <summary>
    /// The rights of one machine's daemon: to its own Machine and its own Node, by name, to the making of events, and for the gate to its Node's Lease, by name, and to the list
    /// of kube-system's pods; to nothing else. <c>create</c> with a name is
    /// what a server-side apply asks for; a plain creation has no name that a rule could match, and stays denied.
    /// </summary>
    /// <param name="machine">Name of the Machine.</param>
    /// <param name="node">Name of its Node; null: the same.</param>
    /// <exception cref="AgentException"><see cref="KubernetesErrors.Refused"/>: no name.</exception>
    public static string RightsOf(string machine, string? node = null)
    {
        var own = node ?? machine;
        if ((NameSyntax.Subdomain(machine) ?? NameSyntax.Subdomain(own)) is { } problem)
            throw new AgentException(KubernetesErrors.Refused, "there can be no such machine", problem, "give the Machine's name, and its Node's where that is another one");
        var user = UserOf(machine);
        return string.Join(
            "---\n",
            Role(
                "ClusterRole",
                user,
                null,
                Rule("unbounded-cloud.io", "machines", machine, "get", "list", "watch", "create", "patch"),
                Rule("unbounded-cloud.io", "machines/status", machine, "get", "patch"),
                // The name of a request is made of its key: no rule could know it. It shows a public key.
                Rule("certificates.k8s.io", "certificatesigningrequests", null, "create", "get", "list", "watch"),
                Rule("", "nodes", own, "get", "list", "watch", "patch")),
            Binding("ClusterRoleBinding", "ClusterRole", user, null),
            // An event that is made has no name that a rule could match.
            Role("Role", user, EventNamespace, Rule("", "events", null, "create")),
            Binding("RoleBinding", "Role", user, EventNamespace),
            // No rule can name the pods of one Node.
            Role("Role", user, "kube-system", Rule("", "pods", null, "list")),
            Binding("RoleBinding", "Role", user, "kube-system"),
            Role("Role", user, "kube-node-lease", Rule("coordination.k8s.io", "leases", own, "get")),
            Binding("RoleBinding", "Role", user, "kube-node-lease"));
    }

    private static string Role(string kind, string name, string? space, params JsonNode[] rules) => YamlEmitter.Write(new JsonObject
    {
        ["apiVersion"] = "rbac.authorization.k8s.io/v1",
        ["kind"] = kind,
        ["metadata"] = Named(name, space),
        ["rules"] = new JsonArray(rules),
    });

    private static string Binding(string kind, string role, string user, string? space) => YamlEmitter.Write(new JsonObject
    {
        ["apiVersion"] = "rbac.authorization.k8s.io/v1",
        ["kind"] = kind,
        ["metadata"] = Named(user, space),
        ["roleRef"] = new JsonObject { ["apiGroup"] = "rbac.authorization.k8s.io", ["kind"] = role, ["name"] = user },
        ["subjects"] = new JsonArray(new JsonObject { ["apiGroup"] = "rbac.authorization.k8s.io", ["kind"] = "User", ["name"] = user }),
    });

    private static JsonObject Named(string name, string? space) =>
        space is null ? new JsonObject { ["name"] = name } : new JsonObject { ["name"] = name, ["namespace"] = space };

    private static JsonObject Rule(string group, string resource, string? name, params ReadOnlySpan<string> verbs)
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
