namespace Unbounded.Agent.Linux.Network.Routing;

/// <summary>A network interface.</summary>
/// <param name="Index">Its index.</param>
/// <param name="Name">Its name.</param>
/// <param name="Kind">Its driver's kind (<c>wireguard</c>, <c>bridge</c>, <c>vxlan</c>), null for hardware.</param>
public sealed record NetworkLink(int Index, string Name, string? Kind);
