using System.Threading.Channels;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.DBus.Message;
using Unbounded.Agent.Linux.DBus.Session;

namespace Unbounded.Agent.Linux.DBus.Systemd;

/// <summary>
/// Collects the ends of jobs for one caller, who subscribes before it asks for its job: a short job is over before the
/// answer with its name has been read.
/// </summary>
internal sealed class JobWatch : ISignalSink
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, string> _ended = new(StringComparer.Ordinal);
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    private string? _job;
    private bool _gap;
    private AgentException? _end;

    /// <inheritdoc/>
    public void OnSignal(BusSignal signal, BusReader reader)
    {
        _ = reader.ReadUInt32();
        var job = reader.ReadObjectPath();
        _ = reader.ReadString();
        var result = reader.ReadString();
        lock (_gate)
        {
            if (_job is null || string.Equals(_job, job, StringComparison.Ordinal))
                _ended[job] = result;
        }

        _wake.Writer.TryWrite(true);
    }

    /// <inheritdoc/>
    public void OnGap()
    {
        lock (_gate)
            _gap = true;
        _wake.Writer.TryWrite(true);
    }

    /// <inheritdoc/>
    public void OnEnd(AgentException error)
    {
        lock (_gate)
            _end = error;
        _wake.Writer.TryWrite(true);
    }

    /// <summary>The result of <paramref name="job"/> if its end was seen.</summary>
    internal string? TryGetResult(string job)
    {
        lock (_gate)
            return _ended.GetValueOrDefault(job);
    }

    /// <summary>Waits for the end of <paramref name="job"/>.</summary>
    /// <returns>systemd's word for its result, or null: its end may have been missed.</returns>
    /// <exception cref="AgentException">No signal will come any more.</exception>
    internal async Task<string?> NextAsync(string job, CancellationToken cancellationToken)
    {
        while (true)
        {
            lock (_gate)
            {
                _job = job;
                if (_ended.TryGetValue(job, out var result))
                    return result;
                if (_end is not null)
                    throw _end;
                if (_gap)
                {
                    _gap = false;
                    return null;
                }
            }

            await _wake.Reader.ReadAsync(cancellationToken);
        }
    }
}
