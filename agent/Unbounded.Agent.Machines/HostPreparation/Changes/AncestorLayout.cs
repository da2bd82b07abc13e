using Unbounded.Agent.Machines.HostPreparation.Host;

namespace Unbounded.Agent.Machines.HostPreparation.Changes;

/// <summary>Where the ancestor's agent (Azure/unbounded, <c>unbounded-agent</c>) leaves things on a host.</summary>
internal static class AncestorLayout
{
    /// <summary>Flushes the whole ruleset before any machine starts.</summary>
    public const string FlushUnit = "nftables-flush.service";

    /// <summary>Its units beside the daemon's, whose name is ours, too.</summary>
    public static IReadOnlyList<string> Units { get; } = [FlushUnit, "unbounded-agent-daemon-recovery.service"];

    /// <summary>Its files and directories that no change of ours owns.</summary>
    public static IReadOnlyList<string> Paths { get; } =
    [
        "/etc/systemd/system/nftables-flush.service",
        "/etc/systemd/system/unbounded-agent-daemon-recovery.service",
        "/etc/unbounded/agent/nftables-clear.nft",
        "/etc/apt/apt.conf.d/99-unbounded-no-restart-systemd",
        "/etc/needrestart/conf.d/99-unbounded.conf",
        "/etc/wireguard/server.priv",
        "/etc/wireguard/server.pub",
        "/usr/local/bin/unbounded-agent-install.sh",
        "/usr/local/bin/unbounded-agent-uninstall.sh",
        "/tmp/unbounded-agent",
    ];

    /// <summary>Whether a name in <c>/tmp</c> is a configuration that its installer left.</summary>
    public static bool IsTemporaryConfig(string name) =>
        name.StartsWith("unbounded-agent-config.", StringComparison.Ordinal) && name.EndsWith(".json", StringComparison.Ordinal);

    /// <summary>Whether it has set the host up: an applied config, or its flush unit. Meaningful only before the agent's own first change.</summary>
    public static async Task<bool> IsPresentAsync(IHostFiles files, CancellationToken cancellationToken)
    {
        foreach (var path in new[]
        {
            "/etc/unbounded/agent/kube1-applied-config.json",
            "/etc/unbounded/agent/kube2-applied-config.json",
            "/etc/unbounded/agent/nftables-clear.nft",
        })
        {
            if (await files.StatAsync(path, cancellationToken) is not null)
                return true;
        }

        return false;
    }
}
