using Unbounded.Agent.Linux.DBus.Message;

namespace Unbounded.Agent.Linux.DBus.Session;

/// <summary>A subscription to signals that outlives connections. Disposing it ends it.</summary>
internal sealed class BusSubscription(BusSession session, SignalMatch match, ISignalSink sink) : IAsyncDisposable
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
    public async ValueTask DisposeAsync()
    {
        session.Remove(this);
        BusLink? link;
        lock (_gate)
            link = _installed is null ? null : _link;
        if (link is not null)
            await link.RemoveMatchAsync(Match);
    }
}
