using System.Text.RegularExpressions;
using Unbounded.Agent.Core.Configuration;

namespace Unbounded.Agent.Machines.Slots;

/// <summary>The name of the Node object: the configured one, else the host's where it is valid, else the Machine's.</summary>
internal static partial class NodeNames
{
    private const int MaxLength = 253;

    public static string Of(AgentConfig config) => Of(config, Environment.MachineName);

    internal static string Of(AgentConfig config, string hostName) =>
        config.NodeName ?? (hostName.Length <= MaxLength && Subdomain().IsMatch(hostName) ? hostName : config.MachineName);

    [GeneratedRegex(@"\A[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Subdomain();
}
