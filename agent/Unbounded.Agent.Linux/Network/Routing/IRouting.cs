namespace Unbounded.Agent.Linux.Network.Routing;

/// <summary>Links, rules and routes of the network namespace that the process is in, through rtnetlink(7).</summary>
public interface IRouting
{
    /// <summary>All links.</summary>
    /// <exception cref="Core.Errors.AgentException">The kernel refuses.</exception>
    IReadOnlyList<NetworkLink> Links();

    /// <summary>All rules of both families.</summary>
    /// <exception cref="Core.Errors.AgentException">The kernel refuses.</exception>
    IReadOnlyList<PolicyRule> Rules();

    /// <summary>All routes of both families in some tables.</summary>
    /// <param name="first">First table.</param>
    /// <param name="last">Last table.</param>
    /// <exception cref="Core.Errors.AgentException">The kernel refuses.</exception>
    IReadOnlyList<RouteEntry> Routes(uint first, uint last);

    /// <summary>Removes a link. One that is gone is no error.</summary>
    /// <exception cref="Core.Errors.AgentException">The kernel refuses.</exception>
    void Delete(NetworkLink link);

    /// <summary>Removes a rule. One that is gone is no error.</summary>
    /// <exception cref="Core.Errors.AgentException">The kernel refuses.</exception>
    void Delete(PolicyRule rule);

    /// <summary>Removes a route. One that is gone is no error.</summary>
    /// <exception cref="Core.Errors.AgentException">The kernel refuses.</exception>
    void Delete(RouteEntry route);
}
