using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Unbounded.Agent.Core.Configuration.Syntax;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Kubernetes.Identity;
using Unbounded.Agent.Kubernetes.Resources.Yaml;

namespace Unbounded.Agent.Kubernetes.Manifests;

/// <summary>What a cluster needs for a controller of its fleet, as YAML for <c>kubectl apply -f -</c>.</summary>
public static partial class ControllerManifests
{
    /// <summary>Name of the controller's service account, roles, bindings and Deployment.</summary>
    public const string Name = "unbounded-controller";

    /// <summary>Name of the Lease that says which controller leads.</summary>
    public const string LeaseName = Name;

    /// <summary>Namespace where nobody names another.</summary>
    public const string DefaultNamespace = "unbounded-system";

    // Where the tokens of kubeadm and its kin are.
    private const string TokenNamespace = "kube-system";

    /// <summary>Everything but the program: namespace, service account, rights; with an image, the program, too.</summary>
    /// <param name="space">Namespace of the controller.</param>
    /// <param name="image">Image with the agent at <c>/usr/local/bin/unbounded-agent</c>; null: the controller is run in another way.</param>
    /// <param name="readsTokens">Whether it may read the Secrets of kube-system, which no rule can narrow down to those of bootstrap tokens.</param>
    /// <exception cref="AgentException"><see cref="KubernetesErrors.Refused"/>: no namespace, or no image.</exception>
    public static string Of(string space, string? image, bool readsTokens)
    {
        Check(space, image);
        var account = Rbac.ServiceAccount(Name, space);
        List<string> documents =
        [
            YamlEmitter.Write(new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Namespace", ["metadata"] = Rbac.Named(space, null) }),
            YamlEmitter.Write(new JsonObject { ["apiVersion"] = "v1", ["kind"] = "ServiceAccount", ["metadata"] = Rbac.Named(Name, space) }),
            Rbac.Role(
                "ClusterRole",
                Name,
                null,
                Rbac.Rule("certificates.k8s.io", "certificatesigningrequests", null, "get", "list", "watch"),
                Rbac.Rule("certificates.k8s.io", "certificatesigningrequests/approval", null, "update"),
                Rbac.Rule("certificates.k8s.io", "signers", SigningRequest.ClientSigner, "approve"),
                Rbac.Rule("unbounded-cloud.io", "machines", null, "get", "list", "watch")),
            Rbac.Binding("ClusterRoleBinding", "ClusterRole", Name, null, (JsonObject)account.DeepClone()),
            Rbac.Role(
                "Role",
                Name,
                space,
                Rbac.Rule("coordination.k8s.io", "leases", LeaseName, "get", "update"),
                // What is made has no name that a rule could match.
                Rbac.Rule("coordination.k8s.io", "leases", null, "create")),
            Rbac.Binding("RoleBinding", "Role", Name, space, (JsonObject)account.DeepClone()),
            Rbac.Role("Role", Name, ManifestSet.EventNamespace, Rbac.Rule("", "events", null, "create")),
            Rbac.Binding("RoleBinding", "Role", Name, ManifestSet.EventNamespace, (JsonObject)account.DeepClone()),
        ];
        if (readsTokens)
        {
            documents.Add(Rbac.Role("Role", Name, TokenNamespace, Rbac.Rule("", "secrets", null, "get")));
            documents.Add(Rbac.Binding("RoleBinding", "Role", Name, TokenNamespace, (JsonObject)account.DeepClone()));
        }

        if (image is not null)
            documents.Add(YamlEmitter.Write(Deployment(space, image)));
        return string.Join("---\n", documents);
    }

    private static JsonObject Deployment(string space, string image)
    {
        JsonObject Labels() => new() { ["app.kubernetes.io/name"] = Name };
        return new()
        {
            ["apiVersion"] = "apps/v1",
            ["kind"] = "Deployment",
            ["metadata"] = Rbac.Named(Name, space),
            ["spec"] = new JsonObject
            {
                // One leads, one waits.
                ["replicas"] = 2,
                ["selector"] = new JsonObject { ["matchLabels"] = Labels() },
                ["template"] = new JsonObject
                {
                    ["metadata"] = new JsonObject { ["labels"] = Labels() },
                    ["spec"] = new JsonObject
                    {
                        ["serviceAccountName"] = Name,
                        ["securityContext"] = new JsonObject
                        {
                            ["runAsNonRoot"] = true,
                            ["runAsUser"] = 65532,
                            ["runAsGroup"] = 65532,
                            ["seccompProfile"] = new JsonObject { ["type"] = "RuntimeDefault" },
                        },
                        ["affinity"] = new JsonObject { ["podAntiAffinity"] = Apart(Labels()) },
                        ["containers"] = new JsonArray(Container(image)),
                    },
                },
            },
        };
    }

    // Two on one node would be lost together.
    private static JsonObject Apart(JsonObject labels) => new()
    {
        ["preferredDuringSchedulingIgnoredDuringExecution"] = new JsonArray(new JsonObject
        {
            ["weight"] = 100,
            ["podAffinityTerm"] = new JsonObject { ["labelSelector"] = new JsonObject { ["matchLabels"] = labels }, ["topologyKey"] = "kubernetes.io/hostname" },
        }),
    };

    private static JsonObject Container(string image) => new()
    {
        ["name"] = "controller",
        ["image"] = image,
        ["command"] = new JsonArray("/usr/local/bin/unbounded-agent", "controller"),
        // The runtime's diagnostic socket is all that would be written.
        ["env"] = new JsonArray(new JsonObject { ["name"] = "DOTNET_EnableDiagnostics", ["value"] = "0" }),
        ["resources"] = new JsonObject
        {
            ["requests"] = new JsonObject { ["cpu"] = "10m", ["memory"] = "64Mi" },
            ["limits"] = new JsonObject { ["memory"] = "256Mi" },
        },
        ["securityContext"] = new JsonObject
        {
            ["allowPrivilegeEscalation"] = false,
            ["readOnlyRootFilesystem"] = true,
            ["capabilities"] = new JsonObject { ["drop"] = new JsonArray("ALL") },
        },
    };

    internal static void Check(string space, string? image)
    {
        // RFC 1123 label.
        if (NameSyntax.Subdomain(space) is not null || space.Contains('.', StringComparison.Ordinal) || space.Length > 63)
            throw new AgentException(KubernetesErrors.Refused, "there can be no such namespace", $"'{Redaction.Shown(space)}' is no name of a namespace", "give a name of lowercase letters, digits and '-', at most 63");
        if (image is not null && (image.Length > 512 || !Reference().IsMatch(image)))
            throw new AgentException(KubernetesErrors.Refused, "there can be no such image", $"'{Redaction.Shown(image)}' is no reference to an image", "write it as REGISTRY/NAME:TAG or REGISTRY/NAME@sha256:DIGEST");
    }

    [GeneratedRegex("^[a-zA-Z0-9][a-zA-Z0-9._-]*(:[0-9]+)?(/[a-z0-9]+([._-]+[a-z0-9]+)*)*(:[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127})?(@sha256:[0-9a-f]{64})?\\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Reference();
}
