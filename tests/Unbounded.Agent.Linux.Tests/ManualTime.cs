namespace Unbounded.Agent.Linux.Tests;

/// <summary>A clock that a test moves by hand.</summary>
internal sealed class ManualTime : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<ManualTimer> _timers = [];
    private readonly List<(TimeSpan DueIn, TaskCompletionSource Armed)> _waiting = [];
    private DateTimeOffset _now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    /// <summary>Ends when the timer that was created last is first set.</summary>
    public Task LatestArmed
    {
        get
        {
            lock (_gate)
                return _timers[^1].Armed.Task;
        }
    }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => _now;

    public override long GetTimestamp() => _now.UtcTicks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, () => callback(state));
        lock (_gate)
            _timers.Add(timer);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Ends when a timer is set that fires in exactly this time from now.</summary>
    public Task WhenArmedAsync(TimeSpan dueIn)
    {
        lock (_gate)
        {
            if (_timers.Any(t => t.Due == _now + dueIn))
                return Task.CompletedTask;
            var armed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((dueIn, armed));
            return armed.Task.WaitAsync(TimeSpan.FromMinutes(1));
        }
    }

    /// <summary>Moves the clock on and fires what is due, on this thread.</summary>
    public void Advance(TimeSpan by)
    {
        List<ManualTimer> due;
        lock (_gate)
        {
            _now += by;
            due = [.. _timers.Where(t => t.Due <= _now)];
            foreach (var timer in due)
                timer.Due = timer.Period == Timeout.InfiniteTimeSpan ? null : _now + timer.Period;
        }

        foreach (var timer in due)
            timer.Fire();
    }

    private void Set(ManualTimer timer, TimeSpan dueTime, TimeSpan period)
    {
        List<TaskCompletionSource> armed;
        lock (_gate)
        {
            timer.Due = dueTime == Timeout.InfiniteTimeSpan ? null : _now + dueTime;
            timer.Period = period;
            armed = [.. _waiting.Where(w => w.DueIn == dueTime).Select(w => w.Armed)];
            _waiting.RemoveAll(w => w.DueIn == dueTime);
        }

        if (dueTime != Timeout.InfiniteTimeSpan)
            timer.Armed.TrySetResult();
        foreach (var waiting in armed)
            waiting.SetResult();
        if (dueTime == TimeSpan.Zero)
            Advance(TimeSpan.Zero);
    }

    private sealed class ManualTimer(ManualTime owner, Action fire) : ITimer
    {
        public DateTimeOffset? Due { get; set; }

        public TimeSpan Period { get; set; } = Timeout.InfiniteTimeSpan;

        public Action Fire { get; } = fire;

        public TaskCompletionSource Armed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            owner.Set(this, dueTime, period);
            return true;
        }

        public void Dispose()
        {
            lock (owner._gate)
                owner._timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
