namespace Unbounded.Agent.Kubernetes.Tests.Leading;

/// <summary>The clock of one process: shared with the others, but its timers fire only while it runs, and its wall clock may be set to anything.</summary>
/// <param name="shared">The clock of all.</param>
internal sealed class PausableTime(TimeProvider shared) : TimeProvider
{
    private readonly List<Action> _held = [];

    public bool IsPaused { get; private set; }

    /// <summary>How far its wall clock is off.</summary>
    public TimeSpan WallOffset { get; set; }

    /// <summary>How much its monotonic clock missed: it stands while a host is suspended. The shared clock counts in ticks.</summary>
    public TimeSpan Suspended { get; set; }

    public override long TimestampFrequency => shared.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => shared.GetUtcNow() + WallOffset;

    public override long GetTimestamp() => shared.GetTimestamp() - Suspended.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => shared.CreateTimer(
        given =>
        {
            if (IsPaused)
                _held.Add(() => callback(given));
            else
                callback(given);
        },
        state,
        dueTime,
        period);

    public void Pause() => IsPaused = true;

    public void Resume()
    {
        IsPaused = false;
        foreach (var fire in _held.ToList())
            fire();
        _held.Clear();
    }
}
