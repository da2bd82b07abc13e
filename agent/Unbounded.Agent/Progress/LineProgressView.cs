using Unbounded.Agent.Output;

namespace Unbounded.Agent.Progress;

/// <summary>Progress as lines, for logs and pipes: a line a step and a part, and one every few seconds of a long transfer.</summary>
internal sealed class LineProgressView(TextWriter writer, TimeProvider time) : IProgressView
{
    private static readonly TimeSpan TransferInterval = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private TransferRate _rate = new(time);
    private string? _step;
    private string? _part;
    private long _stepBegan;
    private long _lastTransfer;
    private int _warnings;

    public void Note(LiveProgress progress)
    {
        lock (_gate)
        {
            Warn(progress.Warnings);
            if (progress.Step != _step)
                Turn(progress);
            if (progress.Part != _part)
                Begin(progress.Part);
            if (progress.Done is { } done)
                Transfer(done, progress.Total);
        }
    }

    public void Line(string text)
    {
        lock (_gate)
            writer.WriteLine(text);
    }

    public void Dispose()
    {
        // The stream belongs to the process.
    }

    private void Warn(IReadOnlyList<string> warnings)
    {
        foreach (var warning in warnings.Skip(_warnings))
            writer.WriteLine($"warning: {warning}");
        _warnings = warnings.Count;
    }

    private void Turn(LiveProgress progress)
    {
        var now = time.GetTimestamp();
        if (_step is { } ended)
            writer.WriteLine($"{ended}: done in {Human.Duration(time.GetElapsedTime(_stepBegan, now))}");
        (_step, _part, _stepBegan) = (progress.Step, null, now);
        if (progress.Step is { } began)
            writer.WriteLine($"{began}: {progress.Description}");
    }

    private void Begin(string? part)
    {
        _part = part;
        _rate = new TransferRate(time);
        _lastTransfer = time.GetTimestamp();
        if (part is not null)
            writer.WriteLine($"  {part}");
    }

    private void Transfer(long done, long? total)
    {
        _rate.Add(done);
        if (done != total && time.GetElapsedTime(_lastTransfer) < TransferInterval)
            return;
        _lastTransfer = time.GetTimestamp();
        writer.WriteLine($"  {_part}: {TransferText.Of(done, total, _rate)}");
    }
}
