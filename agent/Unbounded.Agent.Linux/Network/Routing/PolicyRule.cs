namespace Unbounded.Agent.Linux.Network.Routing;

/// <summary>A rule of policy routing (ip-rule(8)).</summary>
/// <param name="Family">AF_INET or AF_INET6.</param>
/// <param name="Table">The table that it looks up.</param>
/// <param name="Priority">Its priority.</param>
/// <param name="Raw">The kernel's own description, by which it is deleted.</param>
public sealed record PolicyRule(byte Family, uint Table, uint Priority, byte[] Raw);
