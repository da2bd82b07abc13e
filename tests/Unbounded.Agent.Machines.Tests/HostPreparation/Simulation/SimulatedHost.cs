using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Unbounded.Agent.Machines.HostPreparation;
using Unbounded.Agent.Machines.HostPreparation.Host;

namespace Unbounded.Agent.Machines.Tests.HostPreparation.Simulation;

/// <summary>A whole host in memory whose power can be cut at every instant. What was done stays done; the process is gone.</summary>
public sealed class SimulatedHost
{
    public SimulatedHost()
    {
        Files = new SimulatedFiles(Power);
        Swaps = new SimulatedSwaps(Power);
        Units = new SimulatedUnits(Power, Files, Swaps);
        Sysctls = new SimulatedSysctls(Power);
        Modules = new SimulatedModules(Power, Sysctls);
        Packages = new SimulatedPackages(Power);
        Network = new SimulatedNetwork(Power);
        Machines = new SimulatedMachines(Power, Files, Units);
        Services = new HostServices(Files, Units, Sysctls, Swaps, Modules, Packages, Network, Machines);
        Units.OnStart = OnStart;
    }

    public PowerSupply Power { get; } = new();

    public SimulatedFiles Files { get; }

    public SimulatedUnits Units { get; }

    public SimulatedSwaps Swaps { get; }

    public SimulatedSysctls Sysctls { get; }

    public SimulatedModules Modules { get; }

    public SimulatedPackages Packages { get; }

    public SimulatedNetwork Network { get; }

    public SimulatedMachines Machines { get; }

    public HostServices Services { get; }

    public List<HostStep> Steps { get; } = [];

    /// <summary>A bare Debian: nothing of anybody's in the way.</summary>
    public static SimulatedHost Fresh()
    {
        var host = new SimulatedHost();
        foreach (var directory in new[]
        {
            "/etc/systemd/system", "/etc/sysctl.d", "/etc/modules-load.d", "/etc/tmpfiles.d", "/etc/apt/apt.conf.d", "/usr/local/bin", "/var/lib/machines", "/run", "/tmp",
        })
            host.Files.AddDirectory(directory);
        foreach (var unit in new[] { "machines.target", "systemd-modules-load.service" })
            host.Units.Vendor.Add(unit);
        foreach (var (name, value) in new[]
        {
            ("vm/overcommit_memory", "0"), ("vm/panic_on_oom", "0"), ("kernel/panic", "0"), ("kernel/panic_on_oops", "0"),
            ("kernel/keys/root_maxkeys", "1000000"), ("kernel/keys/root_maxbytes", "25000000"), ("net/ipv4/ip_forward", "0"),
            ("net/ipv4/conf/all/rp_filter", "2"), ("net/ipv4/conf/default/rp_filter", "2"), ("net/ipv4/conf/all/src_valid_mark", "0"),
            ("net/ipv4/conf/all/accept_redirects", "0"), ("net/ipv4/conf/default/accept_redirects", "1"),
            ("net/ipv4/conf/all/forwarding", "0"), ("net/ipv4/conf/default/forwarding", "0"), ("net/ipv4/conf/eth0/forwarding", "0"), ("net/ipv4/conf/eth1/forwarding", "1"),
        })
            host.Sysctls.Values[name] = value;
        return host;
    }

    /// <summary>A host with a life: docker, swap three ways, own files where ours go, foreign machine and links.</summary>
    public static SimulatedHost LivedIn()
    {
        var host = Fresh();
        host.Files.Add("/usr/local/bin/unbounded-agent", "somebody's script", (UnixFileMode)0b111_101_101, "alice");
        host.Files.Add("/etc/sysctl.d/99-unbounded-agent.conf", "kernel.panic = 5\n", owner: "alice");
        host.Files.All["/etc/tmpfiles.d/unbounded-agent.conf"] = new SimulatedFile(null, UnixFileMode.None, "/etc/elsewhere.conf", "root");
        host.Files.Add("/etc/docker/daemon.json", "{}");
        host.Files.Add("/etc/needrestart/needrestart.conf", "1;");
        host.Files.Add("/etc/fstab", "/dev/sda2 none swap sw 0 0\n");
        host.Files.Add("/etc/systemd/system/zramswap.service", "[Unit]");
        host.Units.Reload();
        foreach (var unit in new[] { "docker.socket", "docker.service", "zramswap.service", "machines.target" })
            host.Units.Enabled.Add(unit);
        foreach (var unit in new[] { "docker.socket", "docker.service", "dev-sda2.swap", "swapfile.swap" })
            host.Units.Vendor.Add(unit);
        foreach (var unit in new[] { "docker.socket", "docker.service", "zramswap.service", "systemd-nspawn@other.service", "machines.target" })
            host.Units.Active.Add(unit);
        host.Units.SwapUnits["dev-sda2.swap"] = new SwapArea("/dev/sda2", -2);
        host.Units.SwapUnits["swapfile.swap"] = new SwapArea("/swapfile", 5);
        host.Swaps.On.AddRange([new SwapArea("/dev/sda2", -2), new SwapArea("/dev/vdb", 7)]);
        host.Network.Items.UnionWith(["link wg0", "chain ip filter CNI-ADMIN"]);
        host.Modules.Loaded.Add("overlay");
        host.Packages.Installed.Add("libnss-mymachines");
        return host;
    }

    public HostPreparer Preparer() => new(Services, new SimulatedStore(Files, Power), TimeProvider.System, NullLogger<HostPreparer>.Instance);

    public Task InstallAsync(HostInstallOptions? options = null) => Preparer().InstallAsync(options ?? Options(), new Recorder(Steps), CancellationToken.None);

    public Task UninstallAsync() => Preparer().UninstallAsync(new Recorder(Steps), CancellationToken.None);

    public static HostInstallOptions Options(string config = "{\"MachineName\":\"m\"}", string? binary = null) => new()
    {
        Config = Encoding.UTF8.GetBytes(config),
        MachineYaml = Encoding.UTF8.GetBytes("kind: Machine\n"),
        BinaryPath = binary ?? typeof(SimulatedHost).Assembly.Location.Replace(".dll", ".runtimeconfig.json", StringComparison.Ordinal),
    };

    /// <summary>What the daemon and its machines do to the host while they run.</summary>
    public void Live()
    {
        Files.AddDirectory("/var/lib/machines/kube1/usr");
        Files.Add("/var/lib/unbounded/store/image/rootfs/x", "x");
        Files.Add("/var/lib/unbounded/agent/record.json", "{}");
        Units.Active.Add("systemd-nspawn@kube1.service");
        Network.Items.UnionWith(["link geneve0", "chain ip nat KUBE-SERVICES"]);
        Modules.InUse.Clear();
    }

    /// <summary>Everything there is, as one text: two hosts are the same when it is equal.</summary>
    public string Describe()
    {
        var text = new StringBuilder();
        foreach (var (path, file) in Files.All)
            text.AppendLine(System.Globalization.CultureInfo.InvariantCulture, $"{path} {file}");
        Append(text, "enabled", Units.Enabled);
        Append(text, "active", Units.Active.Where(u => !u.EndsWith(".swap", StringComparison.Ordinal)));
        Append(text, "swap", Swaps.On.Select(a => a.ToString()).Order(StringComparer.Ordinal));
        Append(text, "sysctl", Sysctls.Values.Select(v => $"{v.Key}={v.Value}"));
        Append(text, "module", Modules.Loaded);
        Append(text, "package", Packages.Installed);
        Append(text, "network", Network.Items);
        return text.ToString();
    }

    private static void Append(StringBuilder text, string kind, IEnumerable<string> items)
    {
        foreach (var item in items)
            text.AppendLine(System.Globalization.CultureInfo.InvariantCulture, $"{kind} {item}");
    }

    private void OnStart(string unit)
    {
        if (unit != "systemd-modules-load.service")
            return;
        Units.Active.Remove(unit);
        foreach (var line in Files.All["/etc/modules-load.d/unbounded-agent.conf"].Content!.Split('\n').Where(l => l.Length > 0 && l[0] != '#'))
        {
            Modules.Loaded.Add(line);
            if (line == "br_netfilter")
            {
                Sysctls.Values.TryAdd("net/bridge/bridge-nf-call-iptables", "0");
                Sysctls.Values.TryAdd("net/bridge/bridge-nf-call-ip6tables", "0");
            }
        }
    }

    private sealed class Recorder(List<HostStep> steps) : IProgress<HostStep>
    {
        public void Report(HostStep value) => steps.Add(value);
    }
}
