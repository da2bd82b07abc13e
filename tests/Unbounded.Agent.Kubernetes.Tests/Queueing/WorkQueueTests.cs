using Unbounded.Agent.Kubernetes.Queueing;
using Unbounded.Agent.Kubernetes.Tests.Support;
using Unbounded.Agent.Linux.Tests;

namespace Unbounded.Agent.Kubernetes.Tests.Queueing;

/// <summary>On one thread and a clock that the test moves: a task that has not ended after a drain has nothing to go on with.</summary>
public sealed class WorkQueueTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly ManualTime _time = new();
    private readonly RecordedLog _log = new();
    private readonly Bench _bench = new();
    private readonly CancellationTokenSource _stop = new();
    private Task _run = Task.CompletedTask;

    [Fact]
    public void Add_ManyTimesBeforeItsTurn_IsWorkedOnOnce() => Pump.Run(pump =>
    {
        var queue = Queue(workers: 1);
        foreach (var key in new[] { "a", "b", "a", "a", "b" })
            queue.Add(key);
        Start(queue, pump);
        _bench.End("a");
        pump.Drain();
        _bench.End("b");
        pump.Drain();

        Assert.Equal(["a", "b"], _bench.Begun);
        Assert.Equal(0, queue.Count);
    });

    [Fact]
    public void Add_WhileItIsWorkedOn_IsWorkedOnOnceMoreAndNeverAtTheSameTime() => Pump.Run(pump =>
    {
        var queue = Queue(workers: 4);
        Start(queue, pump);
        queue.Add("a");
        pump.Drain();
        queue.Add("a");
        queue.Add("a");
        pump.Drain();
        Assert.Equal(["a"], _bench.Begun);

        _bench.End("a");
        pump.Drain();
        Assert.Equal(["a", "a"], _bench.Begun);

        _bench.End("a");
        pump.Drain();
        Assert.Equal(["a", "a"], _bench.Begun);
        Assert.Equal(0, queue.Count);
    });

    [Fact]
    public void Run_ManyKeys_AreWorkedOnByNoMoreThanTheWorkers() => Pump.Run(pump =>
    {
        var queue = Queue(workers: 3);
        for (var i = 0; i < 10; i++)
            queue.Add($"{i}");
        Start(queue, pump);
        Assert.Equal(3, _bench.Open.Count);

        while (_bench.Open.Count > 0)
        {
            Assert.InRange(_bench.Open.Count, 1, 3);
            _bench.End(_bench.Open[0]);
            pump.Drain();
        }

        Assert.Equal(10, _bench.Begun.Count);
    });

    [Fact]
    public void Run_AWorkerThatThrows_TriesAgainAfterPausesThatDouble() => Pump.Run(pump =>
    {
        var queue = Queue(workers: 1, FullJitter.Most);
        Start(queue, pump);
        queue.Add("a");
        pump.Drain();
        foreach (var pause in new[] { 1.0, 2, 4, 8, 8, 8 })
        {
            _bench.Fail("a", new InvalidOperationException("no"));
            pump.Drain();
            Assert.Empty(_bench.Open);
            Advance(pump, TimeSpan.FromSeconds(pause) - TimeSpan.FromTicks(1));
            Assert.Empty(_bench.Open);
            Advance(pump, TimeSpan.FromTicks(1));
            Assert.Equal(["a"], _bench.Open);
        }

        Assert.Equal(6, _log.Count("WorkFailed"));
    });

    [Fact]
    public void Run_ASuccess_ResetsTheKeysPauses() => Pump.Run(pump =>
    {
        var queue = Queue(workers: 1, FullJitter.Most);
        Start(queue, pump);
        queue.Add("a");
        pump.Drain();
        for (var i = 0; i < 2; i++)
        {
            _bench.Fail("a", new InvalidOperationException("no"));
            pump.Drain();
            Advance(pump, 8 * Second);
        }

        _bench.End("a");
        pump.Drain();
        queue.Add("a");
        pump.Drain();
        _bench.Fail("a", new InvalidOperationException("no"));
        pump.Drain();
        Advance(pump, Second);

        Assert.Equal(["a"], _bench.Open);
    });

    [Fact]
    public void Run_TheJitter_TakesAwayAtMostHalf() => Pump.Run(pump =>
    {
        var queue = Queue(workers: 1, FullJitter.Least);
        Start(queue, pump);
        queue.Add("a");
        pump.Drain();
        _bench.Fail("a", new InvalidOperationException("no"));
        pump.Drain();
        Advance(pump, (Second / 2) - TimeSpan.FromTicks(1));
        Assert.Empty(_bench.Open);

        Advance(pump, TimeSpan.FromTicks(1));

        Assert.Equal(["a"], _bench.Open);
    });

    [Fact]
    public void Add_AKeyThatFailed_DoesNotHurryIt() => Pump.Run(pump =>
    {
        var queue = Queue(workers: 1, FullJitter.Most);
        Start(queue, pump);
        queue.Add("a");
        queue.Add("b");
        pump.Drain();
        queue.Add("a");
        _bench.Fail("a", new InvalidOperationException("no"));
        pump.Drain();
        queue.Add("a");
        pump.Drain();
        Assert.Equal(["b"], _bench.Open);
        _bench.End("b");
        pump.Drain();
        Assert.Empty(_bench.Open);

        Advance(pump, Second);

        Assert.Equal(["a"], _bench.Open);
    });

    [Fact]
    public void Run_WorkThatWantsToLookAgain_DoesThenAndNotBefore() => Pump.Run(pump =>
    {
        var queue = Queue(workers: 1);
        Start(queue, pump);
        queue.Add("a");
        pump.Drain();
        _bench.End("a", 5 * Second);
        pump.Drain();
        Advance(pump, 4 * Second);
        Assert.Empty(_bench.Open);

        Advance(pump, Second);

        Assert.Equal(["a"], _bench.Open);
    });

    [Fact]
    public void Add_AKeyThatRests_IsWorkedOnAtOnceAndOnce() => Pump.Run(pump =>
    {
        var queue = Queue(workers: 1);
        Start(queue, pump);
        queue.Add("a");
        pump.Drain();
        _bench.End("a", 5 * Second);
        pump.Drain();

        queue.Add("a");
        pump.Drain();
        Assert.Equal(["a"], _bench.Open);
        _bench.End("a");
        pump.Drain();
        Advance(pump, 10 * Second);

        Assert.Equal(2, _bench.Begun.Count);
        Assert.Equal(0, queue.Count);
    });

    [Fact]
    public void Add_WhileItIsWorkedOnAndWantsToLookAgainLater_IsWorkedOnAtOnce() => Pump.Run(pump =>
    {
        var queue = Queue(workers: 1);
        Start(queue, pump);
        queue.Add("a");
        pump.Drain();
        queue.Add("a");
        _bench.End("a", 5 * Second);
        pump.Drain();

        Assert.Equal(["a"], _bench.Open);
    });

    [Fact]
    public void Run_Cancelled_EndsWhenTheLastWorkerCameToRest() => Pump.Run(pump =>
    {
        var queue = Queue(workers: 2);
        queue.Add("a");
        queue.Add("b");
        queue.Add("c");
        Start(queue, pump);
        _stop.Cancel();
        pump.Drain();
        Assert.Equal(2, _bench.Cancelled);
        Assert.False(_run.IsCompleted);

        _bench.End("a");
        _bench.Fail("b", new OperationCanceledException());
        pump.Drain();

        Assert.True(_run.IsCompletedSuccessfully);
        Assert.Equal(["a", "b"], _bench.Begun);
    });

    [Fact]
    public void Run_Ended_DoesNothingAnyMore() => Pump.Run(pump =>
    {
        var queue = Queue(workers: 2);
        Start(queue, pump);
        queue.Add("a");
        queue.Add("b");
        pump.Drain();
        _bench.Fail("a", new InvalidOperationException("no"));
        _bench.End("b", Second);
        pump.Drain();
        _stop.Cancel();
        pump.Drain();
        Assert.True(_run.IsCompletedSuccessfully);

        queue.Add("c");
        Advance(pump, TimeSpan.FromHours(1));

        Assert.Equal(0, queue.Count);
        Assert.Equal(["a", "b"], _bench.Begun);
    });

    [Fact]
    public void Run_WhatTheEndCutOff_IsNotLoggedAsAFailure() => Pump.Run(pump =>
    {
        var queue = Queue(workers: 1);
        Start(queue, pump);
        queue.Add("a");
        pump.Drain();
        _stop.Cancel();
        _bench.Fail("a", new OperationCanceledException());
        pump.Drain();

        Assert.Empty(_log.Lines);
    });

    [Fact]
    public void Run_ACancellationOfTheWorksOwn_IsAFailure() => Pump.Run(pump =>
    {
        var queue = Queue(workers: 1);
        Start(queue, pump);
        queue.Add("a");
        pump.Drain();
        _bench.Fail("a", new OperationCanceledException("its own time limit"));
        pump.Drain();
        Advance(pump, Second);

        Assert.Equal(["a"], _bench.Open);
        Assert.Equal(1, _log.Count("WorkFailed"));
    });

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Run_AnyOrderOfEvents_NeverTwoOfAKeyAndNothingIsLost(int seed) => Pump.Run(pump =>
    {
        var random = new Random(seed);
        var queue = Queue(workers: 3, random);
        Start(queue, pump);
        var owed = new HashSet<string>(StringComparer.Ordinal);
        for (var step = 0; step < 2000; step++)
        {
            var key = $"{random.Next(6)}";
            switch (random.Next(5))
            {
                case 0 or 1:
                    queue.Add(key);
                    owed.Add(key);
                    break;
                case 2 when _bench.Open.Count > 0:
                    _bench.End(_bench.Open[random.Next(_bench.Open.Count)], random.Next(2) == 0 ? null : Second);
                    break;
                case 3 when _bench.Open.Count > 0:
                    var failed = _bench.Open[random.Next(_bench.Open.Count)];
                    owed.Add(failed);
                    _bench.Fail(failed, new InvalidOperationException("no"));
                    break;
                default:
                    _time.Advance(Second / 3);
                    break;
            }

            _bench.OnBegin = begun => owed.Remove(begun);
            pump.Drain();
            Assert.InRange(_bench.Open.Count, 0, 3);
            Assert.Equal(_bench.Open.Count, _bench.Open.Distinct(StringComparer.Ordinal).Count());
        }

        for (var i = 0; i < 200 && (queue.Count > 0 || _bench.Open.Count > 0); i++)
        {
            foreach (var open in _bench.Open.ToList())
                _bench.End(open);
            pump.Drain();
            Advance(pump, Second);
        }

        Assert.Empty(owed);
        Assert.Equal(0, queue.Count);
    });

    private WorkQueue Queue(int workers, Random? random = null) => new(
        new WorkQueueOptions { Workers = workers, FirstRetry = Second, LongestRetry = 8 * Second }, _time, random ?? new Random(1), _log.Logger<WorkQueue>());

    private void Start(WorkQueue queue, Pump pump)
    {
        _run = queue.RunAsync(_bench.WorkAsync, _stop.Token);
        pump.Drain();
    }

    private void Advance(Pump pump, TimeSpan by)
    {
        _time.Advance(by);
        pump.Drain();
    }

    /// <summary>Work that ends when the test says so.</summary>
    private sealed class Bench
    {
        private readonly List<(string Key, TaskCompletionSource<TimeSpan?> End)> _open = [];

        public List<string> Begun { get; } = [];

        public int Cancelled { get; private set; }

        public Action<string>? OnBegin { get; set; }

        public IReadOnlyList<string> Open => [.. _open.Select(o => o.Key)];

        public Task<TimeSpan?> WorkAsync(string key, CancellationToken cancellationToken)
        {
            var end = new TaskCompletionSource<TimeSpan?>();
            Begun.Add(key);
            OnBegin?.Invoke(key);
            _open.Add((key, end));
            cancellationToken.Register(() => Cancelled++);
            return end.Task;
        }

        public void End(string key, TimeSpan? again = null) => Take(key).SetResult(again);

        public void Fail(string key, Exception exception) => Take(key).SetException(exception);

        private TaskCompletionSource<TimeSpan?> Take(string key)
        {
            var found = _open.Find(o => o.Key == key);
            _open.Remove(found);
            return found.End;
        }
    }
}
