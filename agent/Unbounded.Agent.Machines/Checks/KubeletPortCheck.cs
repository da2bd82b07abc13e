using System.Net;
using System.Text.Json.Nodes;
using Unbounded.Agent.Core.Configuration;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Verification;
using Unbounded.Agent.Machines.Nodes;

namespace Unbounded.Agent.Machines.Checks;

/// <summary>
/// The kubelet's own port, by which the API server reaches it for logs and exec, is held by the kubelet of this machine (KubeletConfiguration,
/// <c>port</c> and <c>enableServer</c>).
/// </summary>
internal sealed class KubeletPortCheck(SlotName slot, INodes nodes, KubeletConfig kubelet) : NodeCheck(slot, nodes)
{
    private const int DefaultPort = 10250;

    public override string Name => "kubelet-port";

    protected override async Task<CheckResult> EvaluateAsync(INode node, CancellationToken cancellationToken)
    {
        if (Port(kubelet) is not { } port)
        {
            return CheckResult.Passed("the kubelet's configuration turns its server off");
        }

        var listener = await KubeletListener.FindAsync(node, Slot, port, cancellationToken);
        return listener.Pid is { } pid
            ? CheckResult.Passed($"port {port} is held by pid {pid} (kubelet of {Slot})")
            : CheckResult.NotYet(listener.Problem);
    }

    private static int? Port(KubeletConfig kubelet)
    {
        if (kubelet.Configuration?["enableServer"] is JsonValue enabled && enabled.TryGetValue<bool>(out var serves) && !serves)
        {
            return null;
        }

        return kubelet.Configuration?["port"] is JsonValue number && number.TryGetValue<int>(out var port) && port is > 0 and <= IPEndPoint.MaxPort
            ? port
            : DefaultPort;
    }
}
