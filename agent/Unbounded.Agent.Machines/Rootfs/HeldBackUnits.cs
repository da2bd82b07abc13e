using Unbounded.Agent.Machines.Layout;

namespace Unbounded.Agent.Machines.Rootfs;

/// <summary>
/// The units of a machine that wait for the host's marker: node software (law 11), and whatever would change addresses, routes,
/// firewall, sysctls or the clock, all of which the machine shares with its host and with the other machine (law 12).
/// </summary>
public static class HeldBackUnits
{
    /// <summary>Node software.</summary>
    public static IReadOnlyList<string> NodeSoftware { get; } = [Units.Containerd, Units.Kubelet];

    /// <summary>Units that touch what is shared. A name that an image does not have costs nothing.</summary>
    public static IReadOnlyList<string> Shared { get; } =
    [
        "systemd-networkd.service", "systemd-networkd.socket", "systemd-networkd-varlink.socket", "systemd-networkd-wait-online.service",
        "systemd-network-generator.service", "networking.service", "ifup@.service", "NetworkManager.service", "connman.service",
        "dhcpcd.service", "dhcpcd5.service", "dhclient@.service", "wpa_supplicant.service", "wpa_supplicant@.service",
        "cloud-init-local.service", "cloud-init-network.service", "cloud-init.service",
        "systemd-sysctl.service", "procps.service",
        "nftables.service", "netfilter-persistent.service", "iptables.service", "ip6tables.service", "firewalld.service", "ufw.service", "ipset.service",
        "ebtables.service", "arptables.service", "shorewall.service", "shorewall6.service", "fail2ban.service",
        "wg-quick@.service", "strongswan.service", "openvpn@.service", "keepalived.service", "frr.service", "bird.service",
        "docker.service", "docker.socket", "crio.service", "podman.service", "podman.socket",
        "systemd-timesyncd.service", "chrony.service", "chronyd.service", "ntp.service", "ntpsec.service",
    ];

    /// <summary>Units that must not run in a machine at all: the host's <c>resolv.conf</c> is a plain file in it.</summary>
    public static IReadOnlyList<string> Masked { get; } = ["systemd-resolved.service"];

    /// <summary>The drop-in that makes a unit wait. Last of all in its order: an empty <c>ConditionPathExists=</c> in an image's own would undo it.</summary>
    public static RootFile Condition(string unit) => RootFile.Text(
        $"/etc/systemd/system/{unit}.d/zz-unbounded-marker.conf",
        $"# Held back until the host lets this machine work.\n[Unit]\nConditionPathExists={InMachine.Marker}\n");

    /// <summary>
    /// What a handover starts: one job for everything that was held back. <c>Wants=</c> of a unit that the image lacks is ignored, and so is one
    /// that is not enabled, since only enabled ones are named.
    /// </summary>
    /// <param name="enabled">Names out of <see cref="Shared"/> that the image enables.</param>
    public static RootFile Target(IEnumerable<string> enabled) => RootFile.Text(
        $"/etc/systemd/system/{Units.NodeTarget}",
        $"""
        # Started by the host's agent when this machine becomes the node.
        [Unit]
        Description=Node software and what was held back with it
        Wants={string.Join(' ', NodeSoftware.Concat(enabled))}
        ConditionPathExists={InMachine.Marker}

        [Install]
        WantedBy=multi-user.target

        """);
}
