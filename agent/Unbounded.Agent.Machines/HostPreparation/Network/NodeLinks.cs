using Unbounded.Agent.Linux.Network.Routing;

namespace Unbounded.Agent.Machines.HostPreparation.Network;

/// <summary>Links that a node's network (Azure/unbounded's unbounded-net, cbr0 of kubenet) makes on a host. Name and kind must both fit.</summary>
internal static class NodeLinks
{
    /// <summary>First routing table of its WireGuard gateways.</summary>
    public const uint FirstTable = 51820;

    /// <summary>Last one.</summary>
    public const uint LastTable = 51899;

    public static bool IsNodes(NetworkLink link) => link.Kind is { } kind && link.Name switch
    {
        "geneve0" => kind is "geneve",
        "vxlan0" => kind is "vxlan",
        "ipip0" => kind is "ipip",
        "cbr0" => kind is "bridge",
        "unbounded0" => true,
        _ => kind is "wireguard" && link.Name.StartsWith("wg", StringComparison.Ordinal) && link.Name.Length > 2 && link.Name.AsSpan(2).IndexOfAnyExceptInRange('0', '9') < 0,
    };
}
