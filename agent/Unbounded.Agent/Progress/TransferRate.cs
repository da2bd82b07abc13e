namespace Unbounded.Agent.Progress;

/// <summary>Rate and remaining time of a transfer, over its last seconds: what it did a minute ago says little about the end.</summary>
internal sealed class TransferRate(TimeProvider time)
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(5);

    private readonly Queue<(long Stamp, long Done)> _samples = [];

    /// <summary>Bytes a second; null before two samples.</summary>
    public double? BytesPerSecond { get; private set; }

    /// <summary>Adds a sample.</summary>
    /// <param name="done">Bytes so far; less than before starts over.</param>
    public void Add(long done)
    {
        var now = time.GetTimestamp();
        if (_samples.TryPeek(out var first) && done < first.Done)
            _samples.Clear();
        _samples.Enqueue((now, done));
        while (_samples.Count > 2 && time.GetElapsedTime(_samples.Peek().Stamp, now) > Window)
            _samples.Dequeue();
        var (since, before) = _samples.Peek();
        var elapsed = time.GetElapsedTime(since, now);
        BytesPerSecond = elapsed > TimeSpan.Zero ? (done - before) / elapsed.TotalSeconds : null;
    }

    /// <summary>Time to the end; null while the rate, or the end, is not known.</summary>
    public TimeSpan? Remaining(long done, long? total) =>
        total is { } all && BytesPerSecond is { } rate and > 0 ? TimeSpan.FromSeconds(Math.Min((all - done) / rate, TimeSpan.FromDays(9).TotalSeconds)) : null;
}
