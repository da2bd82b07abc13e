using System.Collections.Immutable;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.DBus.Connection;
using Unbounded.Agent.Linux.DBus.Message;

namespace Unbounded.Agent.Linux.DBus.Session;

/// <summary>Connecting, and connecting again.</summary>
internal sealed partial class BusSession
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestHostDelay = TimeSpan.FromSeconds(5);

    // a machine whose bus is gone is about to end, and whoever waits wants to know soon
    private static readonly TimeSpan LongestMachineDelay = TimeSpan.FromSeconds(1);

    private TimeSpan LongestDelay => _leader is null ? LongestHostDelay : LongestMachineDelay;

    private Task<BusLink> GetLinkAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_disposed.IsCancellationRequested)
                throw BusFailure.Closed(_address);
            if (_link is { Ended.IsCompleted: false })
                return Task.FromResult(_link);
            _connecting ??= Task.Run(() => ConnectAsync(_disposed.Token), CancellationToken.None);
            return _connecting.WaitAsync(cancellationToken);
        }
    }

    private async Task<BusLink> ConnectAsync(CancellationToken disposed)
    {
        BusLink? link = null;
        try
        {
            _leader?.ThrowIfEnded();
            var options = new BusConnectionOptions
            {
                Time = _options.Time,
                ConnectTimeout = _options.ConnectTimeout,
                CallTimeout = _options.CallTimeout,

                // a first failure is reported at once; a bus that was there before is restarting
                WaitForSocket = _hasConnected && _leader is null,
            };
            link = await BusLink.OpenAsync(_address, _options.Service, options, OnSignal, OnFound, disposed);
            _leader?.ThrowIfEnded(); // only now it is certain whose namespaces were entered
            await InstallAsync(link, disposed);
            var seen = link.TimesFound;
            Publish(link, seen, seen > 0 && await GreetAsync(link, disposed));
            return link;
        }
        catch (Exception e)
        {
            lock (_gate)
                _connecting = null;
            if (link is not null)
                await link.DisposeAsync();
            if (e is OperationCanceledException && disposed.IsCancellationRequested)
                throw BusFailure.Closed(_address);
            throw;
        }
    }

    /// <summary>Does what is to be done when the service was found; false when it has gone meanwhile.</summary>
    private async Task<bool> GreetAsync(BusLink link, CancellationToken cancellationToken)
    {
        try
        {
            if (_options.OnFound is { } onFound)
                await onFound(link, cancellationToken);
            return true;
        }
        catch (AgentException e) when (e.Code == LinuxErrors.BusServiceUnavailable)
        {
            return false; // its return is told like its first coming
        }
    }

    private async Task InstallAsync(BusLink link, CancellationToken cancellationToken)
    {
        ImmutableArray<BusSubscription> subscriptions;
        lock (_gate)
            subscriptions = _subscriptions;
        foreach (var subscription in subscriptions)
            await subscription.InstallAsync(link, cancellationToken);
    }

    private void Publish(BusLink link, int seen, bool found)
    {
        bool again;
        lock (_gate)
        {
            _connecting = null;
            if (_disposed.IsCancellationRequested)
                throw BusFailure.Closed(_address);
            again = _hasConnected;
            _hasConnected = true;
            _link = link;
            _connectedAt = _options.Time.GetTimestamp();
        }

        _ = link.Ended.ContinueWith(
            (ended, _) => OnEnded(link, ended.Result),
            null,
            CancellationToken.None,
            TaskContinuationOptions.None,
            TaskScheduler.Default);
        if (again)
            LogConnectedAgain(_address.Name, _options.Service);
        if (found)
            TellFound(isGap: again); // before the first connection nobody could have missed anything
        if (link.TimesFound != seen)
            OnFound(link); // there is a newer owner, who appeared when nobody could be told yet
    }

    private void OnEnded(BusLink link, AgentException reason)
    {
        lock (_gate)
        {
            if (_disposed.IsCancellationRequested || _link != link)
                return;
            LogLost(_address.Name, reason.Why);
            _link = null;
            if (_subscriptions.IsEmpty || _isReconnecting)
                return;
            _isReconnecting = true;
            _reconnecting = Task.Run(() => ReconnectAsync(_disposed.Token), CancellationToken.None);
        }
    }

    /// <summary>Connects until it works, as long as somebody waits for signals.</summary>
    private async Task ReconnectAsync(CancellationToken disposed)
    {
        // a bus that takes connections only to drop them is not to be asked in a hot loop
        if (_options.Time.GetElapsedTime(_connectedAt) < LongestDelay)
            await WaitAsync(FirstDelay, disposed);
        for (var delay = FirstDelay; IsReconnecting(); delay = Longer(delay))
        {
            try
            {
                await GetLinkAsync(disposed);
            }
            catch (AgentException e) when (e.Code == LinuxErrors.MachineEnded)
            {
                foreach (var sink in SinksOf(_subscriptions))
                    sink.OnEnd(e);
                return;
            }
            catch (AgentException e)
            {
                LogCanNotReconnect(_address.Name, e.Why);
                await WaitAsync(delay, disposed);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    /// <summary>Whether to go on. Once false, the next loss of the connection begins anew.</summary>
    private bool IsReconnecting()
    {
        lock (_gate)
        {
            var isWanted = !_disposed.IsCancellationRequested && !_subscriptions.IsEmpty;
            return _isReconnecting = isWanted && _link is not { Ended.IsCompleted: false };
        }
    }

    /// <summary>The service has a new owner, after a restart or a re-execution.</summary>
    private void OnFound(BusLink link)
    {
        lock (_gate)
        {
            // a link that is not published has not all subscriptions installed: who publishes it looks again
            if (_link == link)
                _ = Task.Run(() => FindAgainAsync(link));
        }
    }

    private async Task FindAgainAsync(BusLink link)
    {
        try
        {
            if (!await GreetAsync(link, CancellationToken.None))
                return;
        }
        catch (AgentException e) when (e.Code == LinuxErrors.BusConnectionLost)
        {
            return;
        }
        catch (AgentException e)
        {
            // a service that does not take our subscription would leave us deaf: begin anew
            LogCanNotReconnect(_address.Name, e.Why);
            await link.DisposeAsync();
            return;
        }

        LogFoundAgain(_options.Service, _address.Name);
        TellFound(isGap: true);
    }

    private void TellFound(bool isGap)
    {
        TaskCompletionSource told;
        ImmutableArray<BusSubscription> subscriptions;
        lock (_gate)
        {
            _found++;
            (told, _foundAgain) = (_foundAgain, NewSignal());
            subscriptions = _subscriptions;
        }

        told.TrySetResult();
        if (!isGap)
            return;
        foreach (var sink in SinksOf(subscriptions))
            sink.OnGap();
    }

    private void OnSignal(BusLink link, BusSignal signal, BusReader reader)
    {
        foreach (var subscription in _subscriptions)
        {
            if (!subscription.Match.Covers(signal))
                continue;
            try
            {
                reader.Rewind();
                subscription.Sink.OnSignal(signal, reader);
            }
            catch (Exception e)
            {
                LogUnreadable(signal.Interface, signal.Member, e.Message);
                var sink = subscription.Sink;
                _ = Task.Run(sink.OnGap);
            }
        }
    }

    /// <summary>Each sink once: one may have several subscriptions.</summary>
    private static IEnumerable<ISignalSink> SinksOf(ImmutableArray<BusSubscription> subscriptions) =>
        subscriptions.Select(s => s.Sink).Distinct();

    private TimeSpan Longer(TimeSpan delay) => delay * 2 > LongestDelay ? LongestDelay : delay * 2;

    private async Task WaitAsync(TimeSpan delay, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(delay, _options.Time, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // whoever loops looks at the token
        }
    }
}
