using Unbounded.Agent.Linux.DBus.Message;

namespace Unbounded.Agent.Linux.DBus.Session;

/// <summary>A subscription to signals that outlives connections. Disposing it ends it.</summary>
internal sealed class BusSubscription(BusSession session, SignalMatch match, ISignalSink sink) : IDisposable
{
    private readonly Lock _gate = new();
    private BusLink? _link;
    private Task? _installed;

    internal SignalMatch Match { get; } = match;

    internal ISignalSink Sink { get; } = sink;

    /// <summary>Asks the bus of <paramref name="link"/> for the signals, once.</summary>
    internal Task InstallAsync(BusLink link, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            // everyone who needs the match waits for the one request: a call sent before it could miss its signal
            if (_link != link || _installed is null or { IsFaulted: true } or { IsCanceled: true })
                (_link, _installed) = (link, link.AddMatchAsync(Match, CancellationToken.None));
            return _installed.WaitAsync(cancellationToken);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        session.Remove(this);
        lock (_gate)
        {
            // nobody waits for it: what is delivered in between has no sink any more
            if (_installed is not null && _link is not null)
                _ = _link.RemoveMatchAsync(Match);
            (_link, _installed) = (null, null);
        }
    }
}
