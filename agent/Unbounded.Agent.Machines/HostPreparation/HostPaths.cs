namespace Unbounded.Agent.Machines.HostPreparation;

/// <summary>Where installing puts things, as the host sees them.</summary>
public static class HostPaths
{
    /// <summary>What installing really changed.</summary>
    public const string Journal = "/var/lib/unbounded/agent/host.json";

    /// <summary>The agent's binary.</summary>
    public const string Binary = "/usr/local/bin/unbounded-agent";

    /// <summary>The manual page that the units name.</summary>
    public const string Manual = "/usr/local/share/man/man8/unbounded-agent.8";

    /// <summary>The configuration's directory.</summary>
    public const string ConfigDirectory = "/etc/unbounded/agent";

    /// <summary>The agent's configuration.</summary>
    public const string Config = "/etc/unbounded/agent/config.json";

    /// <summary>The local Machine.</summary>
    public const string MachineYaml = "/etc/unbounded/agent/machine.yaml";

    /// <summary>The daemon's unit.</summary>
    public const string DaemonUnit = "unbounded-agent-daemon.service";

    /// <summary>The unit that clears stale firewall rules.</summary>
    public const string FirewallUnit = "unbounded-agent-firewall.service";

    /// <summary>Directory of unit files.</summary>
    public const string Units = "/etc/systemd/system";
}
