using Unbounded.Agent.Integration.Agent;
using Unbounded.Agent.TestHost.Hosts;

namespace Unbounded.Agent.Integration.Faults;

/// <summary>Strikes whenever the agent saves its record, one fault after the other in turn, until stopped.</summary>
internal sealed class FaultsAtSteps : IAsyncDisposable
{
    private const string Record = "record.json";

    private readonly SystemdHost _host;
    private readonly FileSystemWatcher _watcher;
    private readonly SemaphoreSlim _saved = new(0);
    private readonly CancellationTokenSource _stop = new();
    private readonly List<string> _struck = [];
    private readonly Task _striking;

    public FaultsAtSteps(SystemdHost host)
    {
        _host = host;
        _watcher = new FileSystemWatcher(host.PathOf($"{SharedNodes.Data}/agent"));
        _watcher.Renamed += (_, e) => Saved(e.Name);
        _watcher.EnableRaisingEvents = true;
        _striking = StrikeAsync();
    }

    /// <summary>Ends it; says what struck.</summary>
    public async Task<IReadOnlyList<string>> StopAsync()
    {
        await _stop.CancelAsync();
        await _striking;
        return _struck;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _watcher.Dispose();
        _stop.Dispose();
        _saved.Dispose();
    }

    private void Saved(string? file)
    {
        if (file == Record)
            _saved.Release();
    }

    private async Task StrikeAsync()
    {
        try
        {
            for (var i = 0; ; i++)
            {
                await _saved.WaitAsync(_stop.Token);
                var fault = BusFault.All[i % BusFault.All.Count];
                await fault.StrikeAsync(_host);
                _struck.Add(fault.Name);
            }
        }
        catch (OperationCanceledException)
        {
            // The swap is over.
        }
    }
}
