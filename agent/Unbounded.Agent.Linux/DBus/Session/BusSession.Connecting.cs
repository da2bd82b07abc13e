using System.Collections.Immutable;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.DBus.Connection;
using Unbounded.Agent.Linux.DBus.Message;

namespace Unbounded.Agent.Linux.DBus.Session;

/// <summary>Connecting, and connecting again.</summary>
internal sealed partial class BusSession
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(5);

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
            (link, var found) = await BusLink.OpenAsync(_address, _options.Service, options, OnSignal, OnFound, disposed);
            _leader?.ThrowIfEnded(); // only now it is certain whose namespaces were entered
            await InstallAsync(link, disposed);
            if (found && _options.OnFound is { } onFound)
                await onFound(link, disposed);
            Publish(link, found);
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

    private async Task InstallAsync(BusLink link, CancellationToken cancellationToken)
    {
        ImmutableArray<BusSubscription> subscriptions;
        lock (_gate)
            subscriptions = _subscriptions;
        foreach (var subscription in subscriptions)
            await subscription.InstallAsync(link, cancellationToken);
    }

    private void Publish(BusLink link, bool found)
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
    }

    private void OnEnded(BusLink link, AgentException reason)
    {
        lock (_gate)
        {
            if (_disposed.IsCancellationRequested || _link != link)
                return;
            LogLost(_address.Name, reason.Why);
            _link = null;
            if (_subscriptions.Length > 0 && _reconnecting.IsCompleted)
                _reconnecting = Task.Run(() => ReconnectAsync(_disposed.Token), CancellationToken.None);
        }
    }

    /// <summary>Connects until it works, as long as somebody waits for signals.</summary>
    private async Task ReconnectAsync(CancellationToken disposed)
    {
        for (var delay = FirstDelay; !disposed.IsCancellationRequested && !_subscriptions.IsEmpty; delay = Longer(delay))
        {
            try
            {
                await GetLinkAsync(disposed);
                return;
            }
            catch (AgentException e) when (e.Code == LinuxErrors.MachineEnded)
            {
                foreach (var subscription in _subscriptions)
                    subscription.Sink.OnEnd(e);
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

    /// <summary>On the bus thread: the service has a new owner, after a restart or a re-execution.</summary>
    private void OnFound(BusLink link) => _ = Task.Run(() => FindAgainAsync(link));

    private async Task FindAgainAsync(BusLink link)
    {
        try
        {
            if (_options.OnFound is { } onFound)
                await onFound(link, CancellationToken.None);
        }
        catch (AgentException e) when (DBusErrors.IsInterrupted(e))
        {
            return; // gone again: its return is told like this one, or the link has ended
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
        foreach (var subscription in subscriptions)
            subscription.Sink.OnGap();
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
            catch (AgentException e)
            {
                LogUnreadable(signal.Interface, signal.Member, e.Why);
                var sink = subscription.Sink;
                _ = Task.Run(sink.OnGap);
            }
        }
    }

    private static TimeSpan Longer(TimeSpan delay) => delay * 2 > LongestDelay ? LongestDelay : delay * 2;

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
