using Unbounded.Agent.Core.Configuration.Syntax;

namespace Unbounded.Agent.Core.Configuration;

/// <summary>Finds the name of the Node object.</summary>
public static class NodeNames
{
    /// <summary>The configured name, else the host's where it is valid, else the machine's. Resolved once, at install, and then kept.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="hostName">What the host is called; may be anything.</param>
    public static string Resolve(AgentConfig config, string hostName) =>
        config.NodeName ?? (NameSyntax.Subdomain(hostName.Trim()) is null ? hostName.Trim() : config.MachineName);
}
