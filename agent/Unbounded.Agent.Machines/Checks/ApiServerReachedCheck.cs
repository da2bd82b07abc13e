using Unbounded.Agent.Core.Configuration;
using Unbounded.Agent.Core.Verification;
using Unbounded.Agent.Machines.Cluster;

namespace Unbounded.Agent.Machines.Checks;

/// <summary>
/// The API server is reached from the network that the machines share with the host, and is the cluster's: a node that can't reach it is lost to the
/// cluster however healthy it is. Where none is configured, it passes. A server that is away for this very host, whose side before knew the same one, says
/// nothing of the new side: then it is waived, and the evidence says so.
/// </summary>
/// <param name="config">What the side is made from.</param>
/// <param name="applied">What the host belongs to.</param>
/// <param name="time">The clock.</param>
internal sealed class ApiServerReachedCheck(AgentConfig config, AppliedServers applied, TimeProvider time) : ICheck
{
    private readonly ApiServerProbe _probe = new(time);

    public string Name => "api-server";

    // Two servers are asked at most, each within the probe's own limit.
    public TimeSpan Timeout => TimeSpan.FromSeconds(20);

    // The way there is the host's, and the server is the cluster's.
    public bool SpeaksOfTheSide => false;

    public async Task<CheckResult> EvaluateAsync(CancellationToken cancellationToken)
    {
        if (config.Kubelet.ApiServer is not { } server)
        {
            return CheckResult.Passed("the kubelet stands alone: no API server is configured");
        }

        var answer = await _probe.AskAsync(server, config.Cluster, cancellationToken);
        return answer.State switch
        {
            ApiServerState.Trusted => CheckResult.Passed(answer.Evidence),
            ApiServerState.NotReached => await WithoutAsync(server, answer.Evidence, cancellationToken),
            _ => CheckResult.NotYet(answer.Evidence),
        };
    }

    // A lost server never stops a transition that has begun; an address that only the new side has must prove itself.
    private async Task<CheckResult> WithoutAsync(string server, string evidence, CancellationToken cancellationToken)
    {
        var known = await applied.ReadAsync(cancellationToken);
        if (known.Count == 0)
        {
            return CheckResult.NotYet(evidence);
        }

        foreach (var other in known.Where(k => !string.Equals(k.Kubelet.ApiServer, server, StringComparison.Ordinal)))
        {
            var answer = await _probe.AskAsync(other.Kubelet.ApiServer!, other.Cluster, cancellationToken);
            if (answer.State == ApiServerState.Trusted)
            {
                return CheckResult.NotYet($"{evidence}; the server of the side before is reached: {answer.Evidence}");
            }
        }

        return CheckResult.Passed($"waived: this host does not reach the API server, which says nothing of the new side ({evidence})");
    }
}
