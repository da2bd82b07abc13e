using System.Text.Json;
using System.Text.Json.Nodes;
using Unbounded.Agent.Core.Configuration;
using Unbounded.Agent.Machines.Layout;

namespace Unbounded.Agent.Machines.NodeSoftware;

/// <summary>Writes the kubelet's kubeconfigs (client-go's <c>v1</c> Config, as JSON, which is YAML).</summary>
public static class Kubeconfig
{
    /// <summary>With the bootstrap token: what the kubelet asks for its first certificate with.</summary>
    public static string ForBootstrap(string apiServer, string token) =>
        Render(apiServer, new JsonObject { ["token"] = token });

    /// <summary>With an exec credential plugin.</summary>
    public static string ForExecCredential(string apiServer, JsonObject exec) =>
        Render(apiServer, new JsonObject { ["exec"] = exec.DeepClone() });

    /// <summary>With the certificate that the kubelet keeps: for a machine that takes over an existing identity.</summary>
    public static string ForClientCertificate(string apiServer) => Render(apiServer, new JsonObject
    {
        ["client-certificate"] = InMachine.KubeletClientCertificate,
        ["client-key"] = InMachine.KubeletClientCertificate,
    });

    /// <summary>The files that a configuration asks for.</summary>
    public static IEnumerable<RootFile> FilesFor(KubeletConfig kubelet, bool hasCertificate)
    {
        if (kubelet.ApiServer is not { } server)
        {
            yield break;
        }

        if (kubelet.Auth?.BootstrapToken is { } token)
        {
            yield return RootFile.Secret(InMachine.BootstrapKubeconfig, ForBootstrap(server, token));
        }

        if (kubelet.Auth?.ExecCredential is { } exec)
        {
            yield return RootFile.Secret(InMachine.Kubeconfig, ForExecCredential(server, exec));
        }
        else if (hasCertificate)
        {
            yield return RootFile.Secret(InMachine.Kubeconfig, ForClientCertificate(server));
        }
    }

    private static string Render(string apiServer, JsonObject user)
    {
        var file = new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Config",
            ["clusters"] = new JsonArray(new JsonObject
            {
                ["name"] = "cluster",
                ["cluster"] = new JsonObject { ["server"] = apiServer, ["certificate-authority"] = InMachine.ClusterCa },
            }),
            ["users"] = new JsonArray(new JsonObject { ["name"] = "kubelet", ["user"] = user }),
            ["contexts"] = new JsonArray(new JsonObject
            {
                ["name"] = "default",
                ["context"] = new JsonObject { ["cluster"] = "cluster", ["user"] = "kubelet" },
            }),
            ["current-context"] = "default",
        };
        return file.ToJsonString(new JsonSerializerOptions { WriteIndented = true }) + "\n";
    }
}
