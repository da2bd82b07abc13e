using System.Text.Json.Nodes;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Kubernetes.Resources.Yaml;

namespace Unbounded.Agent.Kubernetes.Manifests;

/// <summary>
/// What lets a cluster drive the updates of a host with two system partitions: a ConfigMap that says where from, a CronJob that looks every six hours, and a Job
/// that asks for the host's health. For a cluster of one node: which node a pod of theirs lands on is the scheduler's choice.
/// </summary>
public static class UpdateManifests
{
    /// <summary>Name of the CronJob and of the ConfigMap.</summary>
    public const string Name = "unbounded-update";

    private const string Host = "/host";
    private const string Server = "server";
    private const string Channel = "channel";

    /// <summary>The manifests.</summary>
    /// <param name="space">Their namespace.</param>
    /// <param name="image">An image that has <c>chroot</c>: what runs is the host's own agent.</param>
    /// <param name="server">Where updates come from.</param>
    /// <param name="channel">Only images of this channel.</param>
    /// <exception cref="AgentException"><see cref="KubernetesErrors.Refused"/>: no namespace, image or server.</exception>
    public static string Of(string space, string image, string server, string channel)
    {
        ControllerManifests.Check(space, image);
        if (!Uri.TryCreate(server, UriKind.Absolute, out _))
            throw new AgentException(KubernetesErrors.Refused, "there can be no such server", $"'{Redaction.Shown(server)}' is no URL", "write it as https://HOST/PATH/ or oci://HOST/REPOSITORY");
        return string.Join(
            "---\n",
            YamlEmitter.Write(new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Namespace", ["metadata"] = Rbac.Named(space, null) }),
            YamlEmitter.Write(new JsonObject
            {
                ["apiVersion"] = "v1",
                ["kind"] = "ConfigMap",
                ["metadata"] = Rbac.Named(Name, space),
                ["data"] = new JsonObject { [Server] = server, [Channel] = channel },
            }),
            YamlEmitter.Write(new JsonObject
            {
                ["apiVersion"] = "batch/v1",
                ["kind"] = "CronJob",
                ["metadata"] = Rbac.Named(Name, space),
                ["spec"] = new JsonObject
                {
                    // Not on the hour, when everybody looks.
                    ["schedule"] = "17 */6 * * *",
                    ["concurrencyPolicy"] = "Forbid",
                    ["jobTemplate"] = new JsonObject { ["spec"] = Job(image, "update", "run", "--server", $"$({Server.ToUpperInvariant()})", "--channel", $"$({Channel.ToUpperInvariant()})") },
                },
            }),
            YamlEmitter.Write(new JsonObject
            {
                ["apiVersion"] = "batch/v1",
                ["kind"] = "Job",
                ["metadata"] = Rbac.Named($"{Name}-healthcheck", space),
                ["spec"] = Job(image, "update", "healthcheck"),
            }));
    }

    private static JsonObject Job(string image, params IReadOnlyList<string> command) => new()
    {
        // What failed is looked at again by the next one: the agent itself tries again what passes by itself.
        ["backoffLimit"] = 0,
        ["template"] = new JsonObject
        {
            ["spec"] = new JsonObject
            {
                ["restartPolicy"] = "Never",
                ["automountServiceAccountToken"] = false,
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

    private static JsonObject Variable(string key) => new()
    {
        ["name"] = key.ToUpperInvariant(),
        ["valueFrom"] = new JsonObject { ["configMapKeyRef"] = new JsonObject { ["name"] = Name, ["key"] = key } },
    };
}
