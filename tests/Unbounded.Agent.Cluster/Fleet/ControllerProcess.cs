using System.Diagnostics;
using System.Text;
using Unbounded.Agent.TestHost;

namespace Unbounded.Agent.Cluster.Fleet;

/// <summary>A controller as it is shipped, in a process of its own.</summary>
internal sealed class ControllerProcess : IAsyncDisposable
{
    private readonly StringBuilder _said = new();
    private readonly Lock _lock = new();
    private readonly Process _process;

    private ControllerProcess(Process process)
    {
        _process = process;
        process.ErrorDataReceived += Hear;
        process.BeginErrorReadLine();
    }

    /// <summary>What it said until now.</summary>
    public string Said
    {
        get
        {
            lock (_lock)
                return _said.ToString();
        }
    }

    /// <summary>Starts one. Its lease is short: it is killed, and the next one waits for all of it.</summary>
    public static ControllerProcess Start(string kubeconfig, string space)
    {
        string[] arguments = ["controller", "--kubeconfig", kubeconfig, "--lease-namespace", space, "--lease-duration", "8"];
        var start = new ProcessStartInfo(Path.Combine(TestHostPaths.Repository, "artifacts", "unbounded-agent"), arguments) { UseShellExecute = false, RedirectStandardError = true };
        // Its log would take the journal's form.
        start.Environment.Remove("JOURNAL_STREAM");
        return new(Process.Start(start)!);
    }

    /// <summary>As a node that loses its power does: nothing is given back.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>SIGTERM; its exit code.</summary>
    public async Task<int> StopAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
        await kill.WaitForExitAsync();
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        await _process.WaitForExitAsync(limit.Token);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            await KillAsync();
        _process.Dispose();
    }

    private void Hear(object sender, DataReceivedEventArgs line)
    {
        lock (_lock)
            _said.AppendLine(line.Data);
    }
}
