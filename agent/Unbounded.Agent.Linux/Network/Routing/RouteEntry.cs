namespace Unbounded.Agent.Linux.Network.Routing;

/// <summary>A route.</summary>
/// <param name="Family">AF_INET or AF_INET6.</param>
/// <param name="Table">Its table.</param>
/// <param name="Destination">Address and prefix length, <c>default</c> for all.</param>
/// <param name="Raw">The kernel's own description, by which it is deleted.</param>
public sealed record RouteEntry(byte Family, uint Table, string Destination, byte[] Raw);
