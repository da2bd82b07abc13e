using System.Globalization;
using System.Text;
using Unbounded.Agent.Cluster.Identity;
using Unbounded.Agent.Core.Configuration;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Storage;
using Unbounded.Agent.Hosting;
using Unbounded.Agent.Kubernetes;
using Unbounded.Agent.Kubernetes.Connecting;
using Unbounded.Agent.Linux.Processes;

namespace Unbounded.Agent.Cluster;

/// <summary>
/// Which API server this host's daemon is to follow, and as whom: the kubeconfig beside the configuration; else the certificate that was issued to this machine; else,
/// to ask for that one and for nothing else, the bootstrap token.
/// </summary>
internal sealed class ClusterEndpoints(AgentPaths paths, IDurableStore store, IProcessRunner runner, TimeProvider time)
{
    /// <summary>The way in; null: this host follows none.</summary>
    /// <exception cref="AgentException">52xx: the identity can't be used.</exception>
    public async Task<ClusterEntrance?> FindAsync(AgentConfig config, CancellationToken cancellationToken)
    {
        if (config.Kubelet.ApiServer is not { } server)
            return null;
        var authority = config.Cluster.CaCertBase64 is { Length: > 0 } base64 ? Decode(base64) : null;
        if (File.Exists(paths.Kubeconfig))
        {
            var named = Kubeconfig.Read(paths.Kubeconfig, runner, time);
            return new(named with { Authorities = named.Authorities ?? authority }, EntranceKind.Kubeconfig);
        }

        var kept = await new IdentityStore(store, paths, new(config.MachineName, server, config.Cluster.CaCertBase64)).FindAsync(cancellationToken);
        if (kept?.IsGoodAt(time.GetUtcNow()) == true)
            return new(Endpoint(CertificateCredentials.FromFiles(paths.Identity, paths.Identity)), EntranceKind.OwnIdentity);
        if (config.Kubelet.Auth?.BootstrapToken is { } token)
            return new(Endpoint(new FixedCredentials(token)), EntranceKind.Bootstrap);
        // One that has followed its Machine once is told that it no longer does.
        return !File.Exists(paths.Identity) && !File.Exists(paths.ClusterMachine) ? null : throw new AgentException(
            KubernetesErrors.CredentialsUnusable,
            "this machine's identity in the cluster can't be used",
            $"{WhyNot(kept)}, and config.json has no bootstrap token to ask for another one",
            "put a bootstrap token that is good into config.json (Kubelet.Auth.BootstrapToken); if this host's clock is wrong, set it");

        ClusterEndpoint Endpoint(IClusterCredentials credentials) => new(new Uri(server), authority, credentials);
    }

    private string WhyNot(KeptIdentity? kept) => kept is null ? $"{paths.Identity} is {(File.Exists(paths.Identity) ? "damaged" : "gone")}"
        : kept.Foreign ?? string.Create(CultureInfo.InvariantCulture, $"its certificate ended at {kept.Until:u}");

    private static string Decode(string base64)
    {
        try
        {
            return Encoding.UTF8.GetString(Convert.FromBase64String(base64));
        }
        catch (FormatException e)
        {
            throw new AgentException(
                KubernetesErrors.CredentialsUnusable, "the certificate authority of the cluster can't be used", "Cluster.CaCertBase64 is not base64", "correct config.json", e);
        }
    }
}
