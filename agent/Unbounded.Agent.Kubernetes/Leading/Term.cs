namespace Unbounded.Agent.Kubernetes.Leading;

/// <summary>A time of leading. It is over when it could not be renewed in time, when somebody else holds the lease, or when its work is to end.</summary>
public sealed class Term : IDisposable
{
    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly TimeSpan _within;
    private readonly CancellationTokenSource _work = new();
    private readonly CancellationTokenSource _lost = new();
    private readonly ITimer _timer;
    private long _renewedAt;
    private DateTimeOffset _renewedAtWall;

    /// <summary>A term whose lease was asked for at an instant.</summary>
    /// <param name="within">How long it lasts unless it is renewed.</param>
    /// <param name="asked">When the request was sent that was granted.</param>
    /// <param name="time">The clock.</param>
    internal Term(TimeSpan within, Moment asked, TimeProvider time)
    {
        (_time, _within) = (time, within);
        (_renewedAt, _renewedAtWall) = asked;
        _timer = time.CreateTimer(_ => Look(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Look();
    }

    /// <summary>Cancelled when the work of this term is to end, at once.</summary>
    public CancellationToken Token => _work.Token;

    /// <summary>Cancelled when the lease is lost, or may be.</summary>
    internal CancellationToken Lost => _lost.Token;

    /// <summary>
    /// Whether this one leads at this very instant. Also right in a process that stood still, and whose timers did not fire yet: asked by the monotonic clock, and by the
    /// wall clock, which alone goes on while a host is suspended.
    /// </summary>
    public bool IsHeld => !_lost.IsCancellationRequested && Left() > TimeSpan.Zero;

    /// <summary>Asked before each effect.</summary>
    /// <exception cref="OperationCanceledException">This one leads no more, or is to end.</exception>
    public void ThrowIfOver()
    {
        _work.Token.ThrowIfCancellationRequested();
        if (IsHeld)
            return;
        Lose();
        _work.Token.ThrowIfCancellationRequested();
    }

    /// <summary>The lease was renewed by a request that was sent at this instant. Too late an answer brings nothing back.</summary>
    internal void Renewed(Moment asked)
    {
        lock (_lock)
        {
            if (IsHeld)
                (_renewedAt, _renewedAtWall) = asked;
        }

        Look();
    }

    /// <summary>Somebody else holds the lease.</summary>
    internal void Lose()
    {
        // In this order: whoever sees the work cancelled sees why, too.
        _lost.Cancel();
        _work.Cancel();
    }

    /// <summary>The work is to end; the lease is still held.</summary>
    internal void End() => _work.Cancel();

    /// <inheritdoc/>
    public void Dispose()
    {
        // A timer that fires at this instant may still cancel: sources without a timer of their own hold nothing that would have to be given back.
        _timer.Dispose();
    }

    private TimeSpan Left()
    {
        lock (_lock)
        {
            var elapsed = _time.GetElapsedTime(_renewedAt);
            // A clock that was set forward ends a term too early, which harms nobody; one that was set back changes nothing.
            var wall = _time.GetUtcNow() - _renewedAtWall;
            return _within - (wall > elapsed ? wall : elapsed);
        }
    }

    private void Look()
    {
        var left = Left();
        if (_lost.IsCancellationRequested)
            return;
        if (left <= TimeSpan.Zero)
            Lose();
        else
            _timer.Change(left, Timeout.InfiniteTimeSpan);
    }
}

/// <summary>An instant by both clocks.</summary>
/// <param name="Monotonic">A timestamp of the monotonic clock.</param>
/// <param name="Wall">UTC.</param>
[System.Runtime.InteropServices.StructLayout(System.Runtime.InteropServices.LayoutKind.Auto)]
internal readonly record struct Moment(long Monotonic, DateTimeOffset Wall)
{
    public static Moment Now(TimeProvider time) => new(time.GetTimestamp(), time.GetUtcNow());
}
