using System.Text.Json.Nodes;
using Unbounded.Agent.Core.Configuration.Syntax;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Kubernetes.Resources.Yaml;

namespace Unbounded.Agent.Kubernetes.Manifests;

/// <summary>What a cluster needs to know of the agent, as YAML for <c>kubectl apply -f -</c>.</summary>
public static class ManifestSet
{
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
    /// The rights of one machine's daemon: to its own Machine, by name, and to nothing else. <c>create</c> with a name is what a server-side apply asks for;
    /// a plain creation has no name that a rule could match, and stays denied.
    /// </summary>
    /// <exception cref="AgentException"><see cref="KubernetesErrors.Refused"/>: no name.</exception>
    public static string RightsOf(string machine)
    {
        if (NameSyntax.Subdomain(machine) is { } problem)
            throw new AgentException(KubernetesErrors.Refused, "there can be no such machine", problem, "give the Machine's name");
        var user = UserOf(machine);
        var role = new JsonObject
        {
            ["apiVersion"] = "rbac.authorization.k8s.io/v1",
            ["kind"] = "ClusterRole",
            ["metadata"] = new JsonObject { ["name"] = user },
            ["rules"] = new JsonArray(
                Rule("machines", machine, "get", "list", "watch", "create", "patch"),
                Rule("machines/status", machine, "get", "patch")),
        };
        var binding = new JsonObject
        {
            ["apiVersion"] = "rbac.authorization.k8s.io/v1",
            ["kind"] = "ClusterRoleBinding",
            ["metadata"] = new JsonObject { ["name"] = user },
            ["roleRef"] = new JsonObject { ["apiGroup"] = "rbac.authorization.k8s.io", ["kind"] = "ClusterRole", ["name"] = user },
            ["subjects"] = new JsonArray(new JsonObject { ["apiGroup"] = "rbac.authorization.k8s.io", ["kind"] = "User", ["name"] = user }),
        };
        return YamlEmitter.Write(role) + "---\n" + YamlEmitter.Write(binding);
    }

    private static JsonObject Rule(string resource, string machine, params ReadOnlySpan<string> verbs)
    {
        var allowed = new JsonArray();
        foreach (var verb in verbs)
            allowed.Add((JsonNode)verb);
        return new JsonObject
        {
            ["apiGroups"] = new JsonArray("unbounded-cloud.io"),
            ["resources"] = new JsonArray(resource),
            ["resourceNames"] = new JsonArray(machine),
            ["verbs"] = allowed,
        };
    }
}
