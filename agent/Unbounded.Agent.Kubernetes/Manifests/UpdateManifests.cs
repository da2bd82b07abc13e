using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Unbounded.Agent.Core.Configuration.Syntax;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Kubernetes.Resources.Yaml;

namespace Unbounded.Agent.Kubernetes.Manifests;

/// <summary>
/// What lets a cluster drive the updates of a host with two system partitions: a ConfigMap that says where from, a CronJob that looks every six hours, and a Job
/// that asks for the host's health. Each host has its own CronJob and Job, whose pods are bound to its node, whatever taints that has: what they update is the host
/// that they run on.
/// </summary>
public static class UpdateManifests
{
    /// <summary>Name of the CronJob and of the ConfigMap.</summary>
    public const string Name = "unbounded-update";

    /// <summary>The label of the node that is updated, where none is named; its value is <c>true</c>.</summary>
    public const string NodeLabel = "updates.unbounded-cloud.io/host";

    private const string Host = "/host";

    // A CronJob's name gets 11 characters more in those of its Jobs, which have 63.
    private const int LongestName = 52;
    private const int HashDigits = 8;
    private const string Server = "server";
    private const string Channel = "channel";

    /// <summary>The manifests.</summary>
    /// <param name="space">Their namespace.</param>
    /// <param name="image">An image that has <c>chroot</c>: what runs is the host's own agent.</param>
    /// <param name="server">Where updates come from.</param>
    /// <param name="channel">Only images of this channel.</param>
    /// <param name="nodes">The nodes that are updated, by name; none: the one with <see cref="NodeLabel"/>.</param>
    /// <exception cref="AgentException"><see cref="KubernetesErrors.Refused"/>: no namespace, image, server or node.</exception>
    public static string Of(string space, string image, string server, string channel, params IReadOnlyList<string> nodes)
    {
        ControllerManifests.Check(space, image);
        if (!Uri.TryCreate(server, UriKind.Absolute, out _))
            throw new AgentException(KubernetesErrors.Refused, "there can be no such server", $"'{Redaction.Shown(server)}' is no URL", "write it as https://HOST/PATH/ or oci://HOST/REPOSITORY");
        if (nodes.Select(NameSyntax.Subdomain).FirstOrDefault(p => p is not null) is { } problem)
            throw new AgentException(KubernetesErrors.Refused, "there can be no such node", problem, "give the node's name as kubectl get nodes shows it");
        return string.Join(
            "---\n",
            [
                YamlEmitter.Write(new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Namespace", ["metadata"] = Rbac.Named(space, null) }),
                YamlEmitter.Write(new JsonObject
                {
                    ["apiVersion"] = "v1",
                    ["kind"] = "ConfigMap",
                    ["metadata"] = Rbac.Named(Name, space),
                    ["data"] = new JsonObject { [Server] = server, [Channel] = channel },
                }),
                .. nodes.Count == 0 ? Of(space, image, node: null) : nodes.Distinct(StringComparer.Ordinal).SelectMany(node => Of(space, image, node)),
            ]);
    }

    private static IEnumerable<string> Of(string space, string image, string? node)
    {
        yield return YamlEmitter.Write(new JsonObject
        {
            ["apiVersion"] = "batch/v1",
            ["kind"] = "CronJob",
            ["metadata"] = Rbac.Named(NameOf(Name, node), space),
            ["spec"] = new JsonObject
            {
                // Not on the hour, when everybody looks.
                ["schedule"] = "17 */6 * * *",
                ["concurrencyPolicy"] = "Forbid",
                ["jobTemplate"] = new JsonObject { ["spec"] = Job(image, node, "update", "run", "--server", $"$({Server.ToUpperInvariant()})", "--channel", $"$({Channel.ToUpperInvariant()})") },
            },
        });
        yield return YamlEmitter.Write(new JsonObject
        {
            ["apiVersion"] = "batch/v1",
            ["kind"] = "Job",
            ["metadata"] = Rbac.Named(NameOf($"{Name}-healthcheck", node), space),
            ["spec"] = Job(image, node, "update", "healthcheck"),
        });
    }

    // A node's name may be longer than a Job's: then what is cut off is told apart by its digest.
    private static string NameOf(string name, string? node)
    {
        if (node is null)
            return name;
        var whole = $"{name}-{node}";
        return whole.Length <= LongestName
            ? whole
            : $"{whole[..(LongestName - HashDigits - 1)].TrimEnd('.', '-')}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(node)))[..HashDigits]}";
    }

    private static JsonObject Job(string image, string? node, params IReadOnlyList<string> command) => new()
    {
        // What failed is looked at again by the next one: the agent itself tries again what passes by itself.
        ["backoffLimit"] = 0,
        ["template"] = new JsonObject
        {
            ["spec"] = new JsonObject
            {
                ["restartPolicy"] = "Never",
                ["automountServiceAccountToken"] = false,
                // The node's name itself, as DaemonSets do it: the label with the host's name need not be the same, and can be changed.
                [node is null ? "nodeSelector" : "affinity"] = node is null ? new JsonObject { [NodeLabel] = "true" } : Only(node),
                // A host is updated also where nothing else may run: a control plane's node, or one that is cordoned.
                ["tolerations"] = new JsonArray(new JsonObject { ["operator"] = "Exists" }),
                // The host's processes, disks and service manager are what an update works with.
                ["hostPID"] = true,
                ["hostNetwork"] = true,
                ["containers"] = new JsonArray(new JsonObject
                {
                    ["name"] = "update",
                    ["image"] = image,
                    ["command"] = new JsonArray([.. new[] { "chroot", Host, "/usr/local/bin/unbounded-agent" }.Concat(command).Select(c => JsonValue.Create(c))]),
                    ["env"] = new JsonArray(Variable(Server), Variable(Channel)),
                    ["securityContext"] = new JsonObject { ["privileged"] = true },
                    ["volumeMounts"] = new JsonArray(new JsonObject { ["name"] = "host", ["mountPath"] = Host, ["mountPropagation"] = "HostToContainer" }),
                }),
                ["volumes"] = new JsonArray(new JsonObject { ["name"] = "host", ["hostPath"] = new JsonObject { ["path"] = "/" } }),
            },
        },
    };

    private static JsonObject Only(string node) => new()
    {
        ["nodeAffinity"] = new JsonObject
        {
            ["requiredDuringSchedulingIgnoredDuringExecution"] = new JsonObject
            {
                ["nodeSelectorTerms"] = new JsonArray(new JsonObject
                {
                    ["matchFields"] = new JsonArray(new JsonObject { ["key"] = "metadata.name", ["operator"] = "In", ["values"] = new JsonArray(node) }),
                }),
            },
        },
    };

    private static JsonObject Variable(string key) => new()
    {
        ["name"] = key.ToUpperInvariant(),
        ["valueFrom"] = new JsonObject { ["configMapKeyRef"] = new JsonObject { ["name"] = Name, ["key"] = key } },
    };
}
