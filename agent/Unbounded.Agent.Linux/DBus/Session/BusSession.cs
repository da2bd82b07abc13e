using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Unbounded.Agent.Linux.DBus.Connection;
using Unbounded.Agent.Linux.DBus.Message;

namespace Unbounded.Agent.Linux.DBus.Session;

/// <summary>
/// One service on one bus, across lost connections and restarts of the service. It connects when it is first used;
/// while somebody subscribes it connects again by itself, renews the subscriptions and tells them of the gap.
/// </summary>
internal sealed partial class BusSession : IAsyncDisposable
{
    private readonly BusAddress _address;
    private readonly BusSessionOptions _options;
    private readonly MachineLeader? _leader;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _disposed = new();
    private readonly Lock _gate = new();
    private ImmutableArray<BusSubscription> _subscriptions = [];
    private BusLink? _link;
    private Task<BusLink>? _connecting;
    private Task _reconnecting = Task.CompletedTask;
    private bool _isReconnecting;
    private bool _hasConnected;
    private long _connectedAt;
    private long _found;
    private TaskCompletionSource _foundAgain = NewSignal();

    /// <summary>Creates a session; nothing is connected yet.</summary>
    /// <param name="address">The bus.</param>
    /// <param name="options">The service.</param>
    /// <param name="leader">The machine whose bus it is, null for the host's; owned by the session.</param>
    /// <param name="logger">The log.</param>
    internal BusSession(BusAddress address, BusSessionOptions options, MachineLeader? leader, ILogger logger)
    {
        _address = address;
        _options = options;
        _leader = leader;
        _logger = logger;
    }

    /// <summary>The service's name.</summary>
    internal string Service => _options.Service;

    /// <summary>Calls once; an interrupted call is not repeated.</summary>
    internal async Task<T> CallOnceAsync<T>(BusCall call, ReadBody<T> read, CancellationToken cancellationToken)
    {
        var link = await GetLinkAsync(cancellationToken);
        return await link.CallAsync(Addressed(call), read, cancellationToken);
    }

    /// <summary>Calls a method that may be carried out twice, and repeats it when bus or service went away meanwhile.</summary>
    internal Task<T> CallAsync<T>(BusCall call, ReadBody<T> read, CancellationToken cancellationToken) =>
        RepeatAsync(token => CallOnceAsync(call, read, token), cancellationToken);

    /// <summary>Calls a method that answers nothing and may be carried out twice.</summary>
    internal Task CallAsync(BusCall call, CancellationToken cancellationToken) =>
        CallAsync(call, static _ => true, cancellationToken);

    /// <summary>Subscribes; when this returns, every later signal is delivered or its loss is told.</summary>
    internal async Task<BusSubscription> SubscribeAsync(SignalMatch match, ISignalSink sink, CancellationToken cancellationToken)
    {
        var subscription = new BusSubscription(this, match, sink);
        lock (_gate)
            _subscriptions = _subscriptions.Add(subscription);
        try
        {
            await RepeatAsync(
                async token =>
                {
                    await subscription.InstallAsync(await GetLinkAsync(token), token);
                    return true;
                },
                cancellationToken);
            return subscription;
        }
        catch
        {
            subscription.Dispose();
            throw;
        }
    }

    internal void Remove(BusSubscription subscription)
    {
        lock (_gate)
            _subscriptions = _subscriptions.Remove(subscription);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        BusLink? link;
        Task<BusLink>? connecting;
        Task reconnecting;
        ImmutableArray<BusSubscription> subscriptions;
        lock (_gate)
        {
            if (_disposed.IsCancellationRequested)
                return;
            _disposed.Cancel();
            (link, connecting, reconnecting, subscriptions) = (_link, _connecting, _reconnecting, _subscriptions);
            (_link, _subscriptions) = (null, []);
        }

        foreach (var sink in SinksOf(subscriptions))
            sink.OnEnd(BusFailure.Closed(_address));
        if (connecting is not null)
            await connecting.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        await reconnecting;
        if (link is not null)
            await link.DisposeAsync();
        _leader?.Dispose();
        _disposed.Dispose();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private BusCall Addressed(BusCall call) => call with { Destination = _options.Service, AutoStart = _options.StartsOnDemand };
}
