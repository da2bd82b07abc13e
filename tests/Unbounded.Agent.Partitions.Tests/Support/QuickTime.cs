namespace Unbounded.Agent.Partitions.Tests.Support;

/// <summary>A clock on which every wait is over at once.</summary>
internal sealed class QuickTime : TimeProvider
{
    private long _ticks = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero).UtcTicks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public void Advance(TimeSpan by) => Interlocked.Add(ref _ticks, by.Ticks);

    public override DateTimeOffset GetUtcNow() => new(Interlocked.Read(ref _ticks), TimeSpan.Zero);

    public override long GetTimestamp() => Interlocked.Read(ref _ticks);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        // A limit is not reached because a test is slow: only what is waited for moves the clock, and nobody waits as long as that.
        if (dueTime > TimeSpan.FromSeconds(30) || dueTime == Timeout.InfiniteTimeSpan)
            return System.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        return System.CreateTimer(
            s =>
            {
                Interlocked.Add(ref _ticks, dueTime.Ticks);
                callback(s);
            },
            state,
            TimeSpan.Zero,
            Timeout.InfiniteTimeSpan);
    }
}
