using System.Globalization;
using Unbounded.Agent.Integration.Agent;
using Unbounded.Agent.TestHost.Hosts;

namespace Unbounded.Agent.Integration.Tracing;

/// <summary>
/// strace(1) on a service of a host and everything that descends from it, attached by the host's root from outside of the service's sandbox.
/// </summary>
internal sealed class SpawnTrace : IAsyncDisposable
{
    // Everything by which a process comes to be or becomes another one; and renames, by which the agent saves: they show that the trace sees it work.
    private const string Calls = "execve,execveat,fork,vfork,clone,clone3,rename,renameat,renameat2";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private readonly SystemdHost _host;
    private readonly string _unit;

    private SpawnTrace(SystemdHost host, string unit) => (_host, _unit) = (host, unit);

    private string Output => Path.Combine(_host.Directory.Share, $"{_unit}.trace");

    private string Said => Path.Combine(_host.Directory.Share, $"{_unit}.said");

    /// <summary>Attaches to all threads of a service's main process; returns when they are being followed.</summary>
    public static async Task<SpawnTrace> AttachAsync(SystemdHost host, string service)
    {
        var pid = int.Parse(await host.RunAsync("systemctl", "show", "--value", "-p", "MainPID", service), CultureInfo.InvariantCulture);
        var trace = new SpawnTrace(host, $"spawn-trace-{Guid.NewGuid():N}");
        using var signal = new FileSignal(host.Directory.Share);
        using var limit = new CancellationTokenSource(Limit);
        await host.RunAsync(
            "systemd-run", "--quiet", $"--unit={trace._unit}", $"--property=StandardError=file:{SystemdHost.ShareMount}/{trace._unit}.said",
            "strace", "-f", "-s", "200", "-e", $"trace={Calls}", "-o", $"{SystemdHost.ShareMount}/{trace._unit}.trace", "-p", $"{pid}");
        try
        {
            await signal.WaitAsync(() => Read(trace.Said).Contains($"Process {pid} attached", StringComparison.Ordinal), limit.Token);
        }
        catch (OperationCanceledException e)
        {
            throw new TimeoutException($"strace did not attach to {service} ({pid}): {Read(trace.Said)}", e);
        }

        return trace;
    }

    /// <summary>Detaches, and returns what was called, one line a call.</summary>
    /// <exception cref="InvalidOperationException">strace had ended before: the trace would be none of the whole time.</exception>
    public async Task<TracedCalls> DetachAsync()
    {
        if (await _host.RunAsync("systemctl", "show", "--value", "-p", "ActiveState", _unit) != "active")
            throw new InvalidOperationException($"strace ended too early: {Read(Said)}");
        await _host.RunAsync("systemctl", "stop", _unit);
        return new TracedCalls(Read(Output));
    }

    public async ValueTask DisposeAsync()
    {
        await _host.ExecAsync("systemctl", "stop", _unit);
        File.Delete(Output);
        File.Delete(Said);
    }

    private static string Read(string path) => File.Exists(path) ? File.ReadAllText(path) : "";
}
