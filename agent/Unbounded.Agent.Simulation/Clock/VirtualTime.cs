namespace Unbounded.Agent.Simulation.Clock;

/// <summary>
/// A clock and a scheduler in one thread: everything that can run runs, then the clock jumps to the next timer. The same test takes the
/// same path every time, and a day passes in microseconds.
/// </summary>
internal sealed class VirtualTime : TimeProvider
{
    /// <summary>When time begins.</summary>
    public static readonly DateTimeOffset Epoch = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly PriorityQueue<VirtualTimer, (long Due, long Order)> _timers = new();
    private readonly Pump _pump = new();
    private long _ticks = Epoch.UtcTicks;
    private long _skew;
    private long _order;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => new(_ticks + _skew, TimeSpan.Zero);

    public override long GetTimestamp() => _ticks;

    /// <summary>Goes to where another clock is.</summary>
    public void CopyFrom(VirtualTime other) => (_ticks, _skew) = (other._ticks, other._skew);

    /// <summary>Sets the wall clock, as a person or NTP does. Timers don't notice.</summary>
    public void SetWallClock(TimeSpan by) => _skew += by.Ticks;

    /// <summary>Time passes while nothing runs.</summary>
    public void Pass(TimeSpan time) => _ticks += time.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new VirtualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Runs a task to its end, or until the process it stands for is dead.</summary>
    /// <returns>Whether it ended.</returns>
    public bool Run(Func<Task> main, Func<bool>? dead = null)
    {
        var before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(_pump);
        try
        {
            _pump.Clear();
            var task = main();
            while (true)
            {
                while (_pump.RunOne())
                {
                    if (dead?.Invoke() == true)
                    {
                        _timers.Clear();
                        return false;
                    }
                }

                if (dead?.Invoke() == true)
                {
                    _timers.Clear();
                    return false;
                }

                if (task.IsCompleted)
                {
                    task.GetAwaiter().GetResult();
                    return true;
                }

                if (!FireNext())
                {
                    throw new InvalidOperationException("nothing can run and no timer is set: the code under test waits for ever");
                }
            }
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }

    private bool FireNext()
    {
        while (_timers.TryDequeue(out var timer, out var key))
        {
            if (timer.IsArmed(key.Order))
            {
                _ticks = Math.Max(_ticks, key.Due);
                timer.Fire();
                return true;
            }
        }

        return false;
    }

    private long Arm(VirtualTimer timer, TimeSpan dueTime)
    {
        var order = ++_order;
        _timers.Enqueue(timer, (_ticks + Math.Max(0, dueTime.Ticks), order));
        return order;
    }

    private sealed class VirtualTimer(VirtualTime time, TimerCallback callback, object? state) : ITimer
    {
        private long _armed = -1;
        private TimeSpan _period;

        public bool IsArmed(long order) => _armed == order;

        public void Fire()
        {
            _armed = _period > TimeSpan.Zero ? time.Arm(this, _period) : -1;
            callback(state);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            _period = period;
            _armed = dueTime == Timeout.InfiniteTimeSpan ? -1 : time.Arm(this, dueTime);
            return true;
        }

        public void Dispose() => _armed = -1;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }

    private sealed class Pump : SynchronizationContext
    {
        private readonly Queue<(SendOrPostCallback Callback, object? State)> _work = new();

        public override void Post(SendOrPostCallback d, object? state) => _work.Enqueue((d, state));

        public override void Send(SendOrPostCallback d, object? state) => d(state);

        public void Clear() => _work.Clear();

        public bool RunOne()
        {
            if (!_work.TryDequeue(out var work))
            {
                return false;
            }

            work.Callback(work.State);
            return true;
        }
    }
}
