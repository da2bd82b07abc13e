using System.Globalization;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Verification;
using Unbounded.Agent.Linux.Cgroups;
using Unbounded.Agent.Linux.Sockets;
using Unbounded.Agent.Machines.Layout;
using Unbounded.Agent.Machines.Nodes;

namespace Unbounded.Agent.Machines.Checks;

/// <summary>
/// The kubelet's <c>/healthz</c> answers 200, and the process that listens is the kubelet of this machine: the machines share one network, so that the port
/// alone could be anyone's.
/// </summary>
internal sealed class KubeletHealthCheck(SlotName slot, INodes nodes, HttpClient http, int port) : NodeCheck(slot, nodes)
{
    public override string Name => "kubelet-healthz";

    protected override async Task<CheckResult> EvaluateAsync(INode node, CancellationToken cancellationToken)
    {
        var kubelet = CgroupTree.Processes($"{node.Payload}/system.slice/{Units.Kubelet}");
        if (kubelet.Count == 0)
        {
            return CheckResult.NotYet($"no kubelet runs in {Slot}");
        }

        var holder = TcpListeners.Holder(kubelet, TcpListeners.Inodes(node.Leader, port));
        if (holder is null)
        {
            return CheckResult.NotYet($"port {port.ToString(CultureInfo.InvariantCulture)} is not the kubelet's of {Slot}");
        }

        try
        {
            using var response = await http.GetAsync(new Uri($"http://127.0.0.1:{port}/healthz"), cancellationToken);
            var evidence = $"HTTP {(int)response.StatusCode} from pid {holder} (kubelet of {Slot})";
            return response.IsSuccessStatusCode ? CheckResult.Passed(evidence) : CheckResult.NotYet(evidence);
        }
        catch (HttpRequestException e)
        {
            return CheckResult.NotYet($"pid {holder} (kubelet of {Slot}): {e.Message}");
        }
    }
}
