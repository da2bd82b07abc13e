using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Verification;
using Unbounded.Agent.Machines.Nodes;

namespace Unbounded.Agent.Machines.Checks;

/// <summary>
/// The kubelet's <c>/healthz</c> answers 200, and the process that listens is the kubelet of this machine: the machines share one network, so that the port
/// alone could be anyone's.
/// </summary>
/// <param name="slot">The machine.</param>
/// <param name="nodes">Finds it.</param>
/// <param name="http">The client; it follows no redirect.</param>
/// <param name="endpoint">Where the kubelet answers; null where its configuration turns that off.</param>
internal sealed class KubeletHealthCheck(SlotName slot, INodes nodes, HttpClient http, KubeletHealthEndpoint? endpoint) : NodeCheck(slot, nodes)
{
    private volatile bool _hasPassed;

    public override string Name => "kubelet-healthz";

    /// <summary>Whether it has ever answered as it should.</summary>
    public bool HasPassed => _hasPassed;

    protected override async Task<CheckResult> EvaluateAsync(INode node, CancellationToken cancellationToken)
    {
        var result = await AskAsync(node, cancellationToken);
        _hasPassed |= result.Outcome == CheckOutcome.Passed;
        return result;
    }

    private async Task<CheckResult> AskAsync(INode node, CancellationToken cancellationToken)
    {
        if (endpoint is null)
        {
            return CheckResult.Passed("the kubelet's configuration turns /healthz off");
        }

        var listener = await KubeletListener.FindAsync(node, Slot, endpoint.Port, cancellationToken);
        if (listener.Pid is not { } holder)
        {
            return CheckResult.NotYet(listener.Problem);
        }

        try
        {
            // The status is all that counts: nothing bounds the body.
            using var response = await http.GetAsync(endpoint.Url, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            var evidence = $"HTTP {(int)response.StatusCode} from pid {holder} (kubelet of {Slot})";
            return response.IsSuccessStatusCode ? CheckResult.Passed(evidence) : CheckResult.NotYet(evidence);
        }
        catch (HttpRequestException e)
        {
            return CheckResult.NotYet($"pid {holder} (kubelet of {Slot}): {e.Message}");
        }
    }
}
