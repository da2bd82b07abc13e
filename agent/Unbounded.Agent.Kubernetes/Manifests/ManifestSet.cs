using System.Text.Json.Nodes;
using Unbounded.Agent.Core.Configuration.Syntax;
using Unbounded.Agent.Core.Errors;

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
    /// <param name="drain">Whether it is to drain its Node: no rule can name the pods of one Node, so these are all pods.</param>
    /// <exception cref="AgentException"><see cref="KubernetesErrors.Refused"/>: no name.</exception>
    public static string RightsOf(string machine, string? node = null, bool drain = false)
    {
        var own = node ?? machine;
        if ((NameSyntax.Subdomain(machine) ?? NameSyntax.Subdomain(own)) is { } problem)
            throw new AgentException(KubernetesErrors.Refused, "there can be no such machine", problem, "give the Machine's name, and its Node's where that is another one");
        var user = UserOf(machine);
        return string.Join(
            "---\n",
            Rbac.Role(
                "ClusterRole",
                user,
                null,
                [
                    Rbac.Rule("unbounded-cloud.io", "machines", machine, "get", "list", "watch", "create", "patch"),
                    Rbac.Rule("unbounded-cloud.io", "machines/status", machine, "get", "patch"),
                    // The name of a request is made of its key: no rule could know it. It shows a public key.
                    Rbac.Rule("certificates.k8s.io", "certificatesigningrequests", null, "create", "get", "list", "watch"),
                    Rbac.Rule("", "nodes", own, "get", "list", "watch", "patch"),
                    .. drain ? [Rbac.Rule("", "pods", null, "list"), Rbac.Rule("", "pods/eviction", null, "create")] : Array.Empty<JsonNode>(),
                ]),
            Rbac.Binding("ClusterRoleBinding", "ClusterRole", user, null, Rbac.User(user)),
            // An event that is made has no name that a rule could match.
            Rbac.Role("Role", user, EventNamespace, Rbac.Rule("", "events", null, "create")),
            Rbac.Binding("RoleBinding", "Role", user, EventNamespace, Rbac.User(user)),
            // No rule can name the pods of one Node.
            Rbac.Role("Role", user, "kube-system", Rbac.Rule("", "pods", null, "list")),
            Rbac.Binding("RoleBinding", "Role", user, "kube-system", Rbac.User(user)),
            Rbac.Role("Role", user, "kube-node-lease", Rbac.Rule("coordination.k8s.io", "leases", own, "get")),
            Rbac.Binding("RoleBinding", "Role", user, "kube-node-lease", Rbac.User(user)));
    }
}
