using Unbounded.Agent.Core.Errors;

namespace Unbounded.Agent.Linux.DBus.Session;

/// <summary>Repeating what was interrupted.</summary>
internal sealed partial class BusSession
{
    /// <summary>
    /// Runs <paramref name="action"/>, and again when bus or service went away under it, for as long as
    /// <see cref="BusSessionOptions.ReturnTimeout"/>; then the interruption is the error.
    /// </summary>
    internal async Task<T> RepeatAsync<T>(Func<CancellationToken, Task<T>> action, CancellationToken cancellationToken)
    {
        var start = _options.Time.GetTimestamp();
        for (var delay = FirstDelay; ; delay = Longer(delay))
        {
            var seen = Interlocked.Read(ref _found);
            try
            {
                return await action(cancellationToken);
            }
            catch (AgentException e) when (IsPassing(e))
            {
                var left = _options.ReturnTimeout - _options.Time.GetElapsedTime(start);
                if (left <= TimeSpan.Zero || !await WaitForReturnAsync(seen, delay, left, cancellationToken))
                    throw;
            }
        }
    }

    private bool IsPassing(AgentException e) =>
        !_disposed.IsCancellationRequested
        && (DBusErrors.IsInterrupted(e) || (e.Code == LinuxErrors.BusUnavailable && _hasConnected));

    /// <summary>Waits until trying again makes sense; false when the time is up.</summary>
    private async Task<bool> WaitForReturnAsync(long seen, TimeSpan delay, TimeSpan left, CancellationToken cancellationToken)
    {
        BusLink link;
        try
        {
            link = await GetLinkAsync(cancellationToken).WaitAsync(left, _options.Time, cancellationToken);
        }
        catch (AgentException e) when (IsPassing(e))
        {
            await Task.Delay(delay < left ? delay : left, _options.Time, cancellationToken);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }

        if (_options.StartsOnDemand)
        {
            await Task.Delay(delay < left ? delay : left, _options.Time, cancellationToken);
            return true;
        }

        Task foundAgain;
        lock (_gate)
        {
            if (_found > seen)
                return true;
            foundAgain = _foundAgain.Task;
        }

        try
        {
            await Task.WhenAny(foundAgain, link.Ended).WaitAsync(left, _options.Time, cancellationToken);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }
}
