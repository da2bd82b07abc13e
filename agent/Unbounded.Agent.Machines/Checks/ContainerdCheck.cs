using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Verification;
using Unbounded.Agent.Machines.Layout;
using Unbounded.Agent.Machines.Nodes;

namespace Unbounded.Agent.Machines.Checks;

/// <summary>containerd answers a call.</summary>
internal sealed class ContainerdCheck(SlotName slot, INodes nodes) : NodeCheck(slot, nodes)
{
    public override string Name => "containerd";

    protected override async Task<CheckResult> EvaluateAsync(INode node, CancellationToken cancellationToken)
    {
        try
        {
            var version = await ContainerdVersion.AskAsync(node.HostPath(InMachine.ContainerdSocket), cancellationToken);
            return CheckResult.Passed($"containerd {version} of {Slot} answers");
        }
        catch (Exception e) when (e is HttpRequestException or IOException or System.Net.Sockets.SocketException)
        {
            return CheckResult.NotYet($"containerd of {Slot} does not answer: {e.Message}");
        }
    }
}
