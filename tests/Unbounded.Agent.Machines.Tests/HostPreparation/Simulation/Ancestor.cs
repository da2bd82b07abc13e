namespace Unbounded.Agent.Machines.Tests.HostPreparation.Simulation;

/// <summary>What the ancestor's agent leaves on a host.</summary>
public static class Ancestor
{
    private static readonly (string Path, string Content)[] Files =
    [
        ("/usr/local/bin/unbounded-agent", "the ancestor's binary"),
        ("/usr/local/bin/unbounded-agent-install.sh", "#!/bin/sh"),
        ("/etc/systemd/system/unbounded-agent-daemon.service", "[Service]"),
        ("/etc/systemd/system/nftables-flush.service", "[Service]"),
        ("/etc/unbounded/agent/nftables-clear.nft", "flush ruleset"),
        ("/etc/unbounded/agent/config.json", "{\"MachineName\":\"old\"}"),
        ("/etc/wireguard/server.priv", "key"),
        ("/tmp/unbounded-agent/log", "x"),
        ("/tmp/unbounded-agent-config.abc.json", "{}"),
    ];

    public static void SetUp(SimulatedHost host)
    {
        foreach (var (path, content) in Files)
            host.Files.Add(path, content);
        host.Units.Reload();
        host.Units.Enabled.UnionWith(["unbounded-agent-daemon.service", "nftables-flush.service"]);
        host.Units.Active.Add("unbounded-agent-daemon.service");
        host.Network.Items.UnionWith(["link wg51820", "link cbr0"]);
    }

    /// <summary>What its reset would remove, by hand; the directories it shares with others stay.</summary>
    public static void TearDown(SimulatedHost host)
    {
        foreach (var (path, _) in Files)
            host.Files.All.Remove(path);
        foreach (var path in new[] { "/etc/unbounded/agent", "/etc/unbounded", "/tmp/unbounded-agent" })
            host.Files.All.Remove(path);
        host.Units.Enabled.Clear();
        host.Units.Active.Clear();
        host.Network.Items.Clear();
    }
}
