using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Linux.Sockets;
using Unbounded.Agent.Machines.Layout;
using Unbounded.Agent.Machines.Nodes;
using Unbounded.Agent.Machines.Preflight;

namespace Unbounded.Agent.Machines.Checks;

/// <summary>Who holds a port of the kubelet's: the machines share one network, so that an open port alone could be anyone's.</summary>
/// <param name="Pid">The process of this machine's kubelet that listens; null when none does.</param>
/// <param name="Problem">Why it is null, for people.</param>
internal readonly record struct KubeletListener(int? Pid, string Problem)
{
    /// <summary>Finds it by the sockets that listen in the machine's network, and by the processes in the cgroup of the machine's kubelet.</summary>
    public static async Task<KubeletListener> FindAsync(INode node, SlotName slot, int port, CancellationToken cancellationToken)
    {
        var kubelet = UnitProcesses.Find(node.Payload, Units.Kubelet);
        if (kubelet.Count == 0)
        {
            return new(null, $"no kubelet runs in {slot}");
        }

        if (TcpListeners.Holder(kubelet, TcpListeners.Inodes(node.Leader, port)) is { } holder)
        {
            return new(holder, "");
        }

        return new(null, await new Listeners().FindAsync(port, cancellationToken) is { } other
            ? $"port {port} is not the kubelet's of {slot}: {other.Name} (pid {other.Pid}) listens there"
            : $"port {port} is not the kubelet's of {slot}: nobody listens there");
    }
}
