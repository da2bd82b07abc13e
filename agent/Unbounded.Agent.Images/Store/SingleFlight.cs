namespace Unbounded.Agent.Images.Store;

/// <summary>Callers who want the same thing at the same time wait for one run of it. The run is cancelled when the last of them is.</summary>
internal sealed class SingleFlight
{
    private readonly Dictionary<string, Flight> _flights = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();

    /// <summary>Joins the run for a key, or starts it.</summary>
    /// <param name="key">What is wanted.</param>
    /// <param name="work">The run.</param>
    /// <param name="progress">This caller's.</param>
    /// <param name="cancellationToken">This caller's; the last one to cancel waits until the run has cleaned up.</param>
    internal async Task<StoredImage> RunAsync(
        string key,
        Func<IProgress<ImageProgress>, CancellationToken, Task<StoredImage>> work,
        IProgress<ImageProgress>? progress,
        CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Flight flight;
        lock (_lock)
        {
            if (!_flights.TryGetValue(key, out flight!))
                _flights[key] = flight = new Flight(work);
            flight.Join(progress);
        }

        var cancelled = false;
        try
        {
            return await flight.Task.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (!flight.Task.IsCompleted)
        {
            cancelled = true;
            throw;
        }
        finally
        {
            bool isLast;
            lock (_lock)
            {
                isLast = flight.Leave(progress);
                // A later caller must not join a run that is over or being cancelled.
                if ((isLast || flight.Task.IsCompleted) && _flights.GetValueOrDefault(key) == flight)
                    _flights.Remove(key);
            }

            if (isLast)
                await flight.EndAsync(cancelled);
        }
    }

    private sealed class Flight : IProgress<ImageProgress>, IDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly List<IProgress<ImageProgress>> _listeners = [];
        private int _callers;

        internal Flight(Func<IProgress<ImageProgress>, CancellationToken, Task<StoredImage>> work) =>
            Task = System.Threading.Tasks.Task.Run(() => work(this, _stop.Token));

        internal Task<StoredImage> Task { get; }

        public void Report(ImageProgress value)
        {
            IProgress<ImageProgress>[] listeners;
            lock (_listeners)
                listeners = [.. _listeners];
            foreach (var listener in listeners)
                listener.Report(value);
        }

        internal void Join(IProgress<ImageProgress>? progress)
        {
            _callers++;
            if (progress is null)
                return;
            lock (_listeners)
                _listeners.Add(progress);
        }

        internal bool Leave(IProgress<ImageProgress>? progress)
        {
            if (progress is not null)
            {
                lock (_listeners)
                    _listeners.Remove(progress);
            }

            return --_callers == 0;
        }

        public void Dispose() => _stop.Dispose();

        internal async Task EndAsync(bool cancel)
        {
            if (cancel)
                await _stop.CancelAsync();
            await Task.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            Dispose();
        }
    }
}
