using System.Diagnostics;
using Unbounded.Agent.TestHost.Hosts;

namespace Unbounded.Agent.TestHost.Machines;

/// <summary>
/// An nspawn machine with a kubelet, set up the way a person would with files and systemctl, the agent not involved: the proof
/// that images and hosts work, and the peer that the agent's swaps are measured against. Its node software waits for a marker
/// of the host's, and has no API server (a standalone kubelet).
/// </summary>
public sealed class HandMadeMachine
{
    private static readonly TimeSpan ProbeInterval = TimeSpan.FromMilliseconds(10);
    private readonly SystemdHost _host;

    private HandMadeMachine(SystemdHost host, string name)
    {
        _host = host;
        Name = name;
    }

    /// <summary>The machine's name, as machined and the unit template have it.</summary>
    public string Name { get; }

    /// <summary>The host's unit that is the machine.</summary>
    public string Unit => $"systemd-nspawn@{Name}.service";

    private string Marker => $"/run/unbounded/marker/{Name}/active";

    /// <summary>
    /// Writes everything the machine needs and starts nothing. Its root is an overlay over <paramref name="layers"/>: directories
    /// as the host sees them, the topmost first.
    /// </summary>
    public static async Task<HandMadeMachine> PrepareAsync(SystemdHost host, string name, params string[] layers)
    {
        var machine = new HandMadeMachine(host, name);
        var work = $"/var/lib/by-hand/{name}";
        await host.ShellAsync(
            $"""
            mkdir -p {work}/upper {work}/work {work}/pki /var/lib/by-hand/containerd /var/lib/by-hand/pods
            mkdir -p /var/lib/machines/{name} /run/unbounded/marker/{name} /etc/systemd/nspawn
            systemd-id128 new >/var/lib/by-hand/{name}/id
            {KernelSettings}
            """);
        var upper = host.PathOf($"{work}/upper");
        foreach (var (path, content) in MachineFiles.Root(name, await host.RunAsync("cat", $"{work}/id")))
            await WriteAsync(upper + path, content);
        foreach (var (path, content) in MachineFiles.Host(name, work, layers))
            await WriteAsync(host.PathOf(path), content);
        await host.RunAsync("systemctl", "daemon-reload");
        return machine;
    }

    /// <summary>Boots it; returns when it has booted, its node software held back.</summary>
    public Task StartAsync() => _host.RunAsync("systemctl", "start", Unit);

    /// <summary>Shuts it down and unmounts its root.</summary>
    public Task StopAsync() => _host.ShellAsync($"systemctl stop {Unit}; systemctl stop var-lib-machines-{Name}.mount");

    /// <summary>Lets the node software run and starts it.</summary>
    public async Task StartNodeAsync()
    {
        await _host.RunAsync("touch", Marker);
        await _host.RunAsync("systemctl", "-M", Name, "start", "containerd", "kubelet");
    }

    /// <summary>Stops kubelet, then containerd, and holds them back again.</summary>
    public async Task StopNodeAsync()
    {
        await _host.RunAsync("systemctl", "-M", Name, "stop", "kubelet");
        await _host.RunAsync("systemctl", "-M", Name, "stop", "containerd");
        await _host.RunAsync("rm", "-f", Marker);
    }

    /// <summary>A property of a unit inside the machine.</summary>
    public Task<string> PropertyAsync(string unit, string property)
        => _host.RunAsync("systemctl", "-M", Name, "show", unit, "--value", "--property", property);

    /// <summary>
    /// Probes the host's port 10248 every 10 ms until it has answered well for <paramref name="settle"/> without a gap. A kubelet
    /// that is about to give up answers once before it does.
    /// </summary>
    /// <exception cref="TimeoutException">It did not within <paramref name="limit"/>; carries the kubelet's journal.</exception>
    /// <returns>The time until the first answer of that run.</returns>
    public async Task<TimeSpan> WaitHealthyAsync(TimeSpan settle, TimeSpan limit)
    {
        using var client = _host.CreateHttpClient();
        var watch = Stopwatch.StartNew();
        TimeSpan? since = null;
        while (watch.Elapsed < limit)
        {
            since = await IsHealthyAsync(client) ? since ?? watch.Elapsed : null;
            if (since is { } first && watch.Elapsed - first >= settle)
                return first;
            await Task.Delay(ProbeInterval);
        }

        var journal = await _host.ExecAsync("journalctl", "-M", Name, "-u", "kubelet", "-u", "containerd", "--no-pager", "-n", "100");
        throw new TimeoutException($"The kubelet in {Name} was not healthy for {settle} within {limit}.\n{journal.Stdout}");
    }

    // what kubelet demands of the kernel and, in a machine whose /proc/sys is read-only, can't set for itself
    private const string KernelSettings =
        "sysctl -qw vm.overcommit_memory=1 vm.panic_on_oom=0 kernel.panic=10 kernel.panic_on_oops=1 kernel.keys.root_maxkeys=1000000 kernel.keys.root_maxbytes=25000000";

    private static async Task<bool> IsHealthyAsync(HttpClient client)
    {
        try
        {
            return await client.GetStringAsync(new Uri("http://127.0.0.1:10248/healthz")) == "ok";
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static async Task WriteAsync(string path, string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllTextAsync(path, content);
    }
}
