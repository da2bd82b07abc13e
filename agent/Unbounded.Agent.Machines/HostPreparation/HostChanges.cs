using System.Text;
using Unbounded.Agent.Machines.HostPreparation.Changes;
using Unbounded.Agent.Machines.HostPreparation.Host;

namespace Unbounded.Agent.Machines.HostPreparation;

/// <summary>Every change of an installation, in order; the undoing goes the other way.</summary>
internal static class HostChanges
{
    private const UnixFileMode Private = (UnixFileMode)0b111_101_000;
    private const UnixFileMode Open = (UnixFileMode)0b111_101_101;

    public static IReadOnlyList<IHostChange> Create(HostServices host, HostInstallOptions options)
    {
        var sysctls = HostAssets.Read("sysctl.d/99-unbounded-agent.conf");
        var modules = HostAssets.Read("modules-load.d/unbounded-agent.conf");
        return
        [
            new PackagesChange(host.Packages, options.AllowPackages),
            .. UpgradeGuards(host),
            File(host, "modules-file", "/etc/modules-load.d/unbounded-agent.conf", "kernel modules that pods' network needs", modules),
            new ModulesChange(host, ConfigLines.Words(Encoding.UTF8.GetString(modules))),
            File(host, "sysctl-file", "/etc/sysctl.d/99-unbounded-agent.conf", "kernel parameters that the kubelet checks", sysctls),
            new SysctlChange(host.Sysctls, ConfigLines.Sysctls(Encoding.UTF8.GetString(sysctls))),
            new DockerChange(host),
            new SwapChange(host),
            File(host, "tmpfiles-file", "/etc/tmpfiles.d/unbounded-agent.conf", "directories in /run, made again at each boot", HostAssets.Read("tmpfiles.d/unbounded-agent.conf")),
            new DirectoriesChange(host.Files, Directories),
            .. Configuration(host, options),
            new FileChange(host.Files, new FileSpec("binary", HostPaths.Binary, "the agent", HostContent.CopyOf(options.BinaryPath), FileSpec.Executable) { AncestorHasIt = true }),
            File(host, "manual", HostPaths.Manual, "the manual page", HostAssets.Manual()),
            new ReloadUnitsChange(host.Units),
            Unit(host, "firewall-unit", HostPaths.FirewallUnit, "clears what a machine left in the firewall before one starts"),
            Unit(host, "daemon-unit", HostPaths.DaemonUnit, "the daemon"),
            new UnitChange(host, new UnitSpec("firewall-enable", HostPaths.FirewallUnit, "runs before each machine") { Own = true }),
            new UnitChange(host, new UnitSpec("machines-target", "machines.target", "the host boots the enabled machine")),
            new AncestorChange(host),
            new NetworkChange(host.Network),
            new MachinesChange(host.Machines),
            new UnitChange(host, new UnitSpec("daemon-enable", HostPaths.DaemonUnit, "looks after the node")
            {
                Own = true,
                Start = true,
                RestartOn = [HostPaths.Binary, $"{HostPaths.Units}/{HostPaths.DaemonUnit}"],
            }),
        ];
    }

    private static IReadOnlyList<OwnDirectory> Directories { get; } =
    [
        new("/etc/unbounded", Open),
        new(HostPaths.ConfigDirectory, Private),
        new("/etc/systemd/nspawn", Open),
        new("/etc/systemd/system/machines.target.wants", Open),
        new("/run/unbounded", Open),
        new("/run/unbounded/marker", (UnixFileMode)0b111_000_000) { Repaired = true },
        new("/run/unbounded/marker/kube1", Open),
        new("/run/unbounded/marker/kube2", Open),
    ];

    private static IEnumerable<IHostChange> UpgradeGuards(HostServices host)
    {
        yield return Apt(host, "apt-guard", "/etc/apt/apt.conf.d/99unbounded-agent", "unattended upgrades leave alone what a running machine stands on", "apt/99unbounded-agent");
        yield return Apt(host, "needrestart-guard", "/etc/needrestart/conf.d/unbounded-agent.conf", "needrestart never restarts a running machine", "needrestart/unbounded-agent.conf");
    }

    private static FileChange Apt(HostServices host, string name, string path, string purpose, string asset) =>
        new(host.Files, new FileSpec(name, path, purpose, HostContent.Of(HostAssets.Read(asset))) { Needs = "/etc/apt/apt.conf.d" });

    private static IEnumerable<IHostChange> Configuration(HostServices host, HostInstallOptions options)
    {
        var config = options.Config is { } c ? HostContent.Of(c) : null;
        var yaml = options.MachineYaml is { } y ? HostContent.Of(y) : null;
        yield return new FileChange(host.Files, new FileSpec("config", HostPaths.Config, "the configuration", config, FileSpec.Secret) { AncestorHasIt = true });
        yield return new FileChange(host.Files, new FileSpec("machine-yaml", HostPaths.MachineYaml, "the local Machine", yaml) { OnlyWhereMissing = true });
    }

    private static FileChange File(HostServices host, string name, string path, string purpose, byte[] content) =>
        new(host.Files, new FileSpec(name, path, purpose, HostContent.Of(content)));

    private static FileChange Unit(HostServices host, string name, string unit, string purpose) =>
        new(host.Files, new FileSpec(name, $"{HostPaths.Units}/{unit}", purpose, HostContent.Of(HostAssets.Read(unit))) { AncestorHasIt = true });
}
