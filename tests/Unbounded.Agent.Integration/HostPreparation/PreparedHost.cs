using Microsoft.Extensions.Logging.Abstractions;
using Unbounded.Agent.Integration.DBus;
using Unbounded.Agent.Linux.DBus.Systemd;
using Unbounded.Agent.Linux.Files;
using Unbounded.Agent.Machines.HostPreparation;
using Unbounded.Agent.Machines.HostPreparation.Host;
using Unbounded.Agent.Machines.Tests.HostPreparation.Simulation;
using Unbounded.Agent.TestHost.Hosts;

namespace Unbounded.Agent.Integration.HostPreparation;

/// <summary>
/// A real host whose files and units are prepared from outside. What is the kernel's (sysctls, swap, modules, network) is simulated: the test's
/// own process is in another network, and the kernel is this machine's.
/// </summary>
internal sealed class PreparedHost : IAsyncDisposable
{
    // The daemon's part in starting: say READY, then wait for SIGTERM. Perl is in Debian's base system.
    private const string Daemon = """
        #!/usr/bin/perl
        use Socket;
        socket(my $s, AF_UNIX, SOCK_DGRAM, 0) or die;
        my $path = $ENV{NOTIFY_SOCKET}; $path =~ s/^@/\0/;
        send($s, "READY=1", 0, pack_sockaddr_un($path)) or die;
        $SIG{TERM} = sub { exit 0 };
        while (1) { select(undef, undef, undef, 1); send($s, "WATCHDOG=1", 0, pack_sockaddr_un($path)); }
        """;

    private readonly SimulatedHost _kernel = SimulatedHost.Fresh();
    private readonly string _binary = Path.GetTempFileName();
    private readonly string _root;

    private PreparedHost(SystemdHost host)
    {
        Host = host;
        _root = host.PathOf("");
        Systemd = HostBackend.Connector(host).Host();
        Units = new HostUnits(Systemd, _root);
        File.WriteAllText(_binary, Daemon);
    }

    public SystemdHost Host { get; }

    public ISystemd Systemd { get; }

    public IHostUnits Units { get; }

    public List<HostStep> Steps { get; } = [];

    public static async Task<PreparedHost> StartAsync(string suite) => new(await SystemdHosts.NewAsync(suite));

    public Task InstallAsync(CancellationToken cancellationToken = default) => Preparer().InstallAsync(
        new HostInstallOptions { Config = "{\"MachineName\":\"m\"}"u8.ToArray(), MachineYaml = "kind: Machine\n"u8.ToArray(), BinaryPath = _binary },
        new Recorder(Steps),
        cancellationToken);

    public Task UninstallAsync() => Preparer().UninstallAsync(new Recorder(Steps), CancellationToken.None);

    public HostPreparer Preparer()
    {
        var services = _kernel.Services with { Files = new HostFiles(_root), Units = Units, Packages = new NoMissingPackages(), Machines = new NoMachines() };
        return new HostPreparer(services, new DurableStore(), TimeProvider.System, NullLogger<HostPreparer>.Instance, _root + HostPaths.Journal);
    }

    public async ValueTask DisposeAsync()
    {
        File.Delete(_binary);
        await Systemd.DisposeAsync();
        await Host.DisposeAsync();
    }

    private sealed class Recorder(List<HostStep> steps) : IProgress<HostStep>
    {
        public void Report(HostStep value) => steps.Add(value);
    }

    private sealed class NoMachines : IMachineRemoval
    {
        public Task<IReadOnlyList<string>> DescribeAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<string>>([]);

        public Task RemoveAsync(IHostReport report, CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private sealed class NoMissingPackages : IPackages
    {
        public Task<IReadOnlyList<string>> MissingAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<string>>([]);

        public Task<IReadOnlyList<string>> PlanAsync(IReadOnlyList<string> packages, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<string>>([]);

        public Task InstallAsync(IReadOnlyList<string> packages, IHostReport report, CancellationToken cancellationToken) => Task.CompletedTask;

        public Task<IReadOnlyList<string>> InstalledAsync(IReadOnlyList<string> packages, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<string>>([]);

        public Task<bool> TryRemoveAsync(IReadOnlyList<string> packages, CancellationToken cancellationToken) => Task.FromResult(true);
    }
}
