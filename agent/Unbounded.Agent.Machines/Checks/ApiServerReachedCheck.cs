using Unbounded.Agent.Core.Configuration;
using Unbounded.Agent.Core.Verification;
using Unbounded.Agent.Machines.Cluster;

namespace Unbounded.Agent.Machines.Checks;

/// <summary>
/// The API server is reached from the network that the machines share with the host, and is the cluster's: a node that can't reach it is lost to the
/// cluster however healthy it is. Where none is configured, it passes.
/// </summary>
internal sealed class ApiServerReachedCheck(AgentConfig config, TimeProvider time) : ICheck
{
    private readonly ApiServerProbe _probe = new(time);

    public string Name => "api-server";

    public TimeSpan Timeout => TimeSpan.FromSeconds(10);

    // The way there is the host's, and the server is the cluster's.
    public bool SpeaksOfTheSide => false;

    public async Task<CheckResult> EvaluateAsync(CancellationToken cancellationToken)
    {
        if (config.Kubelet.ApiServer is not { } server)
        {
            return CheckResult.Passed("the kubelet stands alone: no API server is configured");
        }

        var answer = await _probe.AskAsync(server, config.Cluster, cancellationToken);
        return answer.State == ApiServerState.Trusted ? CheckResult.Passed(answer.Evidence) : CheckResult.NotYet(answer.Evidence);
    }
}
