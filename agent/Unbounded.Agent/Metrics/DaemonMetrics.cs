using Microsoft.Extensions.Logging;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Hosting;
using Unbounded.Agent.Partitions.Updates;

namespace Unbounded.Agent.Metrics;

/// <summary>The daemon's figures, and who answers for them. A node is not left alone because its figures can't be had: what is wrong is logged.</summary>
internal sealed partial class DaemonMetrics : IAsyncDisposable
{
    private readonly PrometheusText? _text;
    private readonly MetricsServer? _server;

    /// <summary>Begins.</summary>
    /// <param name="paths">Where things are.</param>
    /// <param name="place">Where figures are offered; null: nowhere.</param>
    /// <param name="prefix">What their names begin with.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The log.</param>
    public DaemonMetrics(AgentPaths paths, string? place, string prefix, TimeProvider time, ILogger<DaemonMetrics> logger)
    {
        Instruments = new(new RecordView(paths.Record).Read, new HostFigures(paths.Root));
        if (place is null)
            return;
        try
        {
            var endpoint = ListenAddress.TryParse(place) ?? throw Unusable(place);
            _text = new PrometheusText(prefix, Instruments);
            // The listener hears of instruments that were there before it, too.
            _server = new MetricsServer(endpoint, _text, time);
            LogOffered(logger, endpoint);
        }
        catch (AgentException e)
        {
            LogNotOffered(logger, e);
        }
    }

    /// <summary>Where everything is measured.</summary>
    public AgentInstruments Instruments { get; }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        _text?.Dispose();
        Instruments.Dispose();
    }

    private static AgentException Unusable(string place) => new(
        FrontDoorErrors.MetricsUnavailable, $"'{place}' is no place for metrics", "it is neither a port nor an address with a port", "Write 9101, 127.0.0.1:9101 or [::1]:9101");
}
