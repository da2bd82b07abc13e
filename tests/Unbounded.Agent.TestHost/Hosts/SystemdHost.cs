using System.Diagnostics;
using System.Net.Sockets;
using Unbounded.Agent.TestHost.Containers;
using Unbounded.Agent.TestHost.Docker;
using Unbounded.Agent.TestHost.Images;

namespace Unbounded.Agent.TestHost.Hosts;

/// <summary>
/// A host as the agent finds it: systemd is PID 1, machined and D-Bus run, nested machines boot. Reached from outside by
/// commands (<see cref="RunAsync"/>), its bus (<see cref="BusAddress"/>), its files (<see cref="PathOf"/>) and its network
/// (<see cref="CreateHttpClient"/>).
/// </summary>
public sealed class SystemdHost : IAsyncDisposable
{
    /// <summary>Where the host sees the published agent's directory.</summary>
    public const string AgentMount = "/agent";

    /// <summary>Where the host sees the node images (see <see cref="NodeImages"/>), read-only.</summary>
    public const string ImagesMount = "/images";

    /// <summary>Where the host sees the kubelets, busybox and pause, read-only.</summary>
    public const string BinariesMount = "/binaries";

    /// <summary>Where the host sees <see cref="HostDirectory.Share"/>.</summary>
    public const string ShareMount = "/share";

    /// <summary>Holds the boot ID of a host that <see cref="SystemdHostOptions.LosesWhatIsNotSynced"/>, for what has a /proc of its own.</summary>
    public const string BootIdFile = "/run/boot-id";

    private const string BusSocket = "system_bus_socket";
    private readonly SystemdHostOptions _options;
    private readonly PowerDisk? _disk;
    private int _pid;

    private SystemdHost(SystemdHostOptions options, HostDirectory directory, PowerDisk? disk)
    {
        _options = options;
        _disk = disk;
        Directory = directory;
        Container = Describe(options, directory, disk).Build();
    }

    /// <summary>The distribution it runs.</summary>
    public string Suite => _options.Suite;

    /// <summary>The container it is.</summary>
    public IContainer Container { get; }

    /// <summary>Its directories on this machine.</summary>
    public HostDirectory Directory { get; }

    /// <summary>Its system bus, as sd-bus takes an address.</summary>
    public string BusAddress => $"unix:path={Path.Combine(Directory.Bus, BusSocket)}";

    /// <summary>From the start of the container to a booted system, of the latest boot.</summary>
    public TimeSpan BootTime { get; private set; }

    /// <summary>The published agent, as the host sees it.</summary>
    /// <exception cref="InvalidOperationException">It was not published.</exception>
    public string AgentPath
        => _options.AgentDirectory is { } directory && File.Exists(Path.Combine(directory, "unbounded-agent"))
            ? $"{AgentMount}/unbounded-agent"
            : throw new InvalidOperationException("The agent is not published. Make it with: hack/publish");

    /// <summary>Sweeps what crashed runs left, makes a new host and boots it.</summary>
    public static async Task<SystemdHost> StartAsync(SystemdHostOptions options, CancellationToken cancellation = default)
    {
        Suites.Check(options.Suite);
        NodeImages.ThrowIfMissing();
        using (var client = new DockerClient(DockerEndpoint.Find()))
            await Leftovers.SweepAsync(client, cancellation);
        var directory = HostDirectory.Create($"unbounded-{options.Suite}-{Guid.NewGuid():N}"[..32]);
        var disk = options.LosesWhatIsNotSynced ? await PowerDisk.CreateAsync(directory.Root, cancellation) : null;
        var host = new SystemdHost(options, directory, disk);
        try
        {
            await host.BootAsync(cancellation);
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs a command; neither outcome throws.</summary>
    public Task<ExecResult> ExecAsync(params string[] command) => Container.ExecAsync(command);

    /// <summary>Runs a command that has to succeed; its standard output without the final newline.</summary>
    /// <exception cref="InvalidOperationException">It failed; carries both outputs.</exception>
    public async Task<string> RunAsync(params string[] command)
    {
        var result = await Container.ExecAsync(command);
        return result.ThrowOnFailure(string.Join(' ', command)).Stdout.TrimEnd('\n');
    }

    /// <summary>Runs a shell script (-eu) that has to succeed; its standard output without the final newline.</summary>
    public Task<string> ShellAsync(string script) => RunAsync("/bin/sh", "-euc", script);

    /// <summary>
    /// The path, on this machine, of a file of the running host, whatever it is mounted from. Absolute symbolic links in it
    /// lead to this machine's files, not to the host's.
    /// </summary>
    public string PathOf(string path) => $"/proc/{_pid}/root{path}";

    /// <summary>A client inside the host's network, which nothing else on this machine shares.</summary>
    public HttpClient CreateHttpClient() => NetworkNamespace.CreateHttpClient(_pid);

    /// <summary>Listens on a port of the host's loopback; the caller accepts.</summary>
    public Socket Listen(int port) => NetworkNamespace.Listen(_pid, port);

    /// <summary>The journal since boot, or that of one unit.</summary>
    public Task<string> JournalAsync(string? unit = null)
        => unit is null ? RunAsync("journalctl", "--no-pager", "-b", "-o", "short-precise")
            : RunAsync("journalctl", "--no-pager", "-b", "-o", "short-precise", "-u", unit);

    /// <summary>An orderly reboot: units are stopped, /run is new, every other file stays.</summary>
    public async Task RebootAsync(CancellationToken cancellation = default)
    {
        await Container.StopAsync(cancellation);
        _disk?.Release();
        await BootAsync(cancellation);
    }

    /// <summary>
    /// Ends every process at one instant. What the page cache holds survives: this is a kill, not a lost disk cache, unless the host
    /// <see cref="SystemdHostOptions.LosesWhatIsNotSynced"/>.
    /// </summary>
    public async Task PowerCutAsync(CancellationToken cancellation = default)
    {
        CutPower();
        await Container.KillAsync(cancellation);
        _disk?.Release();
    }

    /// <summary>The instant of a power cut alone, without a moment's wait for the engine; <see cref="PowerCutAsync"/> has to follow.</summary>
    public void CutPower()
    {
        try
        {
            using var init = Process.GetProcessById(_pid);
            init.Kill();
        }
        catch (ArgumentException)
        {
            // It has ended already.
        }

        _disk?.CutPower();
    }

    /// <summary>Boots it (again) and returns when systemd says that booting is over.</summary>
    /// <exception cref="InvalidOperationException">It ended in another state than running or degraded, or PID 1 ended.</exception>
    /// <exception cref="TimeoutException">It took longer than <see cref="SystemdHostOptions.BootTimeout"/>.</exception>
    public async Task BootAsync(CancellationToken cancellation = default)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Directory.ClearBus();
        using var bus = new FileAppearance(Directory.Bus, BusSocket);
        await Container.StartAsync(cancellation);
        var watch = Stopwatch.StartNew();
        limit.CancelAfter(_options.BootTimeout);
        try
        {
            var ended = Container.GetExitCodeAsync(limit.Token);
            if (await Task.WhenAny(bus.Appeared, ended).WaitAsync(limit.Token) == ended)
                throw await FailureAsync($"PID 1 ended with exit code {await ended}");
            _pid = await Container.GetPidAsync(limit.Token);
            _disk?.Hold(PathOf(PowerDisk.MountPoint));
            var state = (await Container.ExecAsync(["systemctl", "is-system-running", "--wait"], limit.Token)).Stdout.Trim();
            if (state is not ("running" or "degraded"))
                throw await FailureAsync($"systemd says '{state}'");
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new TimeoutException((await FailureAsync($"not booted within {_options.BootTimeout}")).Message, e);
        }

        BootTime = watch.Elapsed;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Container.DisposeAsync();
        _disk?.Dispose();
        await Directory.DeleteAsync();
    }

    private static ContainerBuilder Describe(SystemdHostOptions options, HostDirectory directory, PowerDisk? disk)
    {
        var builder = new ContainerBuilder()
            .WithImage($"localhost/unbounded-agent/test-host:{options.Suite}")
            .WithName(Path.GetFileName(directory.Root))
            .WithHostname(options.Suite)
            .WithLabel(Owner.Label, Owner.Current.ToString())
            .WithPrivileged(true)
            .WithTerminal(true)
            .WithStopTimeout(TimeSpan.FromSeconds(30))
            .WithTmpfsMount("/run", "exec")
            .WithTmpfsMount("/run/lock")
            .WithTmpfsMount("/tmp", "exec")
            .WithBindMount(directory.Bus, "/run/dbus")
            .WithBindMount(directory.VarLib, "/srv/var-lib")
            .WithBindMount(directory.Share, ShareMount)
            .WithBindMount(NodeImages.Root, ImagesMount, AccessMode.ReadOnly)
            .WithBindMount(Path.Combine(TestHostPaths.Cache, "bin"), BinariesMount, AccessMode.ReadOnly);
        if (options.AgentDirectory is { } agent)
            builder = builder.WithBindMount(agent, AgentMount, AccessMode.ReadOnly);
        if (disk is not null)
            builder = builder.WithDevice(disk.Device).WithCommand("/bin/sh", "-euc", disk.BootScript);
        return options.Customize?.Invoke(builder) ?? builder;
    }

    private async Task<InvalidOperationException> FailureAsync(string what)
        => new($"The {Suite} host did not boot: {what}. Its console:\n{await Container.GetLogsAsync(CancellationToken.None)}");
}
