using Unbounded.Agent.Machines.Cluster;

namespace Unbounded.Agent.Machines.Preflight.Checks;

/// <summary>The API server is reached over TCP and proves with TLS that it is the one that the configuration's CA vouches for.</summary>
internal sealed class ApiServerCheck(TimeProvider time) : IPreflightCheck
{
    public string Name => "api-server";

    public async Task<PreflightFinding> RunAsync(PreflightInput input, CancellationToken cancellationToken)
    {
        if (input.Config is not { } config)
            return PreflightFinding.Skipped("there is no valid configuration");
        if (config.Kubelet.ApiServer is not { } server)
            return PreflightFinding.Skipped("the kubelet stands alone: there is no API server");
        var answer = await new ApiServerProbe(time).AskAsync(server, config.Cluster, cancellationToken);
        return answer.State switch
        {
            ApiServerState.Trusted => PreflightFinding.Ok(answer.Evidence),
            ApiServerState.NoTls => PreflightFinding.Error(answer.Evidence, "Use the API server's TLS port"),
            ApiServerState.NotReached => PreflightFinding.Error(answer.Evidence, "See that the name resolves, the network is up, and no firewall is between"),
            _ => PreflightFinding.Error(
                answer.Evidence,
                "Compare Cluster.CaCertBase64 with the cluster's CA, Kubelet.ApiServer with the certificate's names, and the clock with the real time"),
        };
    }
}
