using System.Net.Sockets;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Verification;
using Unbounded.Agent.Linux.Files;
using Unbounded.Agent.Machines.Layout;
using Unbounded.Agent.Machines.Nodes;

namespace Unbounded.Agent.Machines.Checks;

/// <summary>containerd answers a call.</summary>
internal sealed class ContainerdCheck(SlotName slot, INodes nodes) : NodeCheck(slot, nodes)
{
    public override string Name => "containerd";

    protected override async Task<CheckResult> EvaluateAsync(INode node, CancellationToken cancellationToken)
    {
        // The machine's own socket: a link in it that is absolute would lead to the host's.
        using var root = new ConfinedRoot(node.HostPath("/"));
        using var socket = root.TryOpenPath(InMachine.ContainerdSocket);
        if (socket is null)
        {
            return CheckResult.NotYet($"containerd of {Slot} has no socket");
        }

        try
        {
            var version = await ContainerdVersion.AskAsync(ConfinedRoot.ThroughDescriptor(socket), cancellationToken);
            return CheckResult.Passed($"containerd {version} of {Slot} answers");
        }
        catch (Exception e) when (e is HttpRequestException or IOException or SocketException)
        {
            return CheckResult.NotYet($"containerd of {Slot} does not answer: {e.Message}");
        }
    }
}
