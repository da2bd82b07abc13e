using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Transaction.Planning;
using Unbounded.Agent.Core.Transaction.Records;

namespace Unbounded.Agent.Core.Transaction.Execution;

/// <summary>Times one step and its parts, by a clock that is never set, and collects its warnings.</summary>
internal sealed class StepClock : IStepProgress
{
    private const int LongestWarning = 2000;

    private readonly TimeProvider _time;
    private readonly PlanStep _step;
    private readonly ITransitionObserver? _observer;
    private readonly DateTimeOffset _startedAt;
    private readonly long _started;
    private readonly Lock _gate = new();
    private readonly List<SubStepTiming> _parts = [];
    private readonly List<string> _warnings = [];
    private string? _part;
    private long _partStarted;

    public StepClock(TimeProvider time, PlanStep step, ITransitionObserver? observer)
    {
        _time = time;
        _step = step;
        _observer = observer;
        _startedAt = time.GetUtcNow();
        _started = time.GetTimestamp();
        observer?.StepBegan(step);
    }

    public IReadOnlyList<string> Warnings
    {
        get
        {
            lock (_gate)
            {
                return [.. _warnings];
            }
        }
    }

    public void Begin(string name)
    {
        lock (_gate)
        {
            EndPart();
            _part = name;
            _partStarted = _time.GetTimestamp();
        }

        _observer?.PartBegan(name);
    }

    public void Bytes(long done, long? total) => _observer?.Bytes(done, total);

    public void Warn(string message)
    {
        var scrubbed = Redaction.Kept(message, LongestWarning).ReplaceLineEndings(" ");
        lock (_gate)
        {
            _warnings.Add(scrubbed);
        }

        _observer?.Warned(scrubbed);
    }

    public StepTiming End()
    {
        lock (_gate)
        {
            EndPart();
            var timing = new StepTiming
            {
                Step = _step.Kind,
                Slot = _step.Slot,
                StartedAt = _startedAt,
                Milliseconds = Since(_started),
                Parts = [.. _parts],
            };
            _observer?.StepEnded(timing);
            return timing;
        }
    }

    private void EndPart()
    {
        if (_part is { } part)
        {
            _parts.Add(new(part, Since(_partStarted)));
            _part = null;
        }
    }

    private long Since(long timestamp) => (long)_time.GetElapsedTime(timestamp).TotalMilliseconds;
}
