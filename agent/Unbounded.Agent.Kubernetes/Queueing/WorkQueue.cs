using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Unbounded.Agent.Kubernetes.Queueing;

/// <summary>
/// Keys that something has to be done about. A key that is added many times before its turn is worked on once; one that is added while it is worked on is worked on
/// again afterwards, never twice at once; one that failed waits, longer each time, and being added does not hurry it. Thread-safe. Run once.
/// </summary>
/// <param name="options">Workers and pauses.</param>
/// <param name="time">The clock.</param>
/// <param name="random">Jitter.</param>
/// <param name="logger">The log.</param>
#pragma warning disable CA1711 // it is no collection, and what everybody calls such a thing
public sealed partial class WorkQueue(WorkQueueOptions options, TimeProvider time, Random random, ILogger<WorkQueue> logger)
#pragma warning restore CA1711
{
    private const int MostDoublings = 30;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, WorkItem> _items = new(StringComparer.Ordinal);
    private readonly Channel<string> _ready = Channel.CreateUnbounded<string>();
    private bool _ended;

    /// <summary>Keys that wait for something, or are worked on.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _items.Count;
        }
    }

    /// <summary>Something happened to a key: it is worked on as soon as there is a worker, unless it failed and waits for its next try.</summary>
    public void Add(string key)
    {
        lock (_lock)
        {
            if (_ended)
                return;
            if (!_items.TryGetValue(key, out var item))
                _items[key] = item = new();
            if (item.State == WorkState.Working)
                item.Again = true;
            else if (item.State == WorkState.Resting)
                MakeReady(key, item);
        }
    }

    /// <summary>
    /// Works until cancelled; ends when every worker has come to rest, so that nothing of this queue happens afterwards. What waits then is forgotten.
    /// </summary>
    /// <param name="work">
    /// Does what has to be done about a key. Null: it is done. A time: it is done, and is to be looked at again then. Whatever it throws is a failure, and tried again.
    /// </param>
    /// <param name="cancellationToken">Ends it; the work that is under way is told.</param>
    public async Task RunAsync(Func<string, CancellationToken, Task<TimeSpan?>> work, CancellationToken cancellationToken)
    {
        try
        {
            await Task.WhenAll(Enumerable.Range(0, Math.Max(1, options.Workers)).Select(_ => WorkAsync(work, cancellationToken)));
        }
        finally
        {
            lock (_lock)
            {
                _ended = true;
                foreach (var item in _items.Values)
                    item.Timer?.Dispose();
                _items.Clear();
            }
        }
    }

    private async Task WorkAsync(Func<string, CancellationToken, Task<TimeSpan?>> work, CancellationToken cancellationToken)
    {
        while (await NextAsync(cancellationToken) is { } key)
        {
            try
            {
                Finish(key, await work(key, cancellationToken));
            }
#pragma warning disable CA1031 // one key's fault must not end the others' work; it is logged and tried again
            catch (Exception e)
#pragma warning restore CA1031
            {
                // What is cut off by the end is no failure of the key.
                if (!cancellationToken.IsCancellationRequested)
                    Fail(key, e);
            }
        }
    }

    private async Task<string?> NextAsync(CancellationToken cancellationToken)
    {
        try
        {
            // A channel hands out what it has even when it is cancelled.
            cancellationToken.ThrowIfCancellationRequested();
            var key = await _ready.Reader.ReadAsync(cancellationToken);
            lock (_lock)
                _items[key].State = WorkState.Working;
            return key;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    private void Finish(string key, TimeSpan? after)
    {
        lock (_lock)
        {
            var item = _items[key];
            item.Failures = 0;
            if (item.Again)
                MakeReady(key, item);
            else if (after is { } pause)
                Wait(key, item, WorkState.Resting, pause);
            else
                _items.Remove(key);
        }
    }

    private void Fail(string key, Exception exception)
    {
        TimeSpan pause;
        int failures;
        lock (_lock)
        {
            var item = _items[key];
            item.Again = false;
            pause = options.FirstRetry * Math.Pow(2, Math.Min(item.Failures++, MostDoublings));
            pause = pause < options.LongestRetry ? pause : options.LongestRetry;
#pragma warning disable CA5394 // jitter guards nothing
            pause *= 0.5 + (random.NextDouble() / 2);
#pragma warning restore CA5394
            failures = item.Failures;
            Wait(key, item, WorkState.Failed, pause);
        }

        LogFailed(exception, key, failures, pause);
    }

    private void MakeReady(string key, WorkItem item)
    {
        item.Timer?.Dispose();
        (item.Timer, item.Again, item.State) = (null, false, WorkState.Ready);
        // An unbounded channel takes everything, and every key is in it at most once.
        _ready.Writer.TryWrite(key);
    }

    private void Wait(string key, WorkItem item, WorkState state, TimeSpan pause)
    {
        item.State = state;
        item.Timer = time.CreateTimer(_ => Wake(key, item), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        item.Timer.Change(pause, Timeout.InfiniteTimeSpan);
    }

    private void Wake(string key, WorkItem item)
    {
        lock (_lock)
        {
            // One that was added meanwhile is not woken by the timer that it no longer has.
            if (!_ended && item.Timer is not null && item.State is WorkState.Resting or WorkState.Failed)
                MakeReady(key, item);
        }
    }
}
