using Unbounded.Agent.Core.Transaction.Execution;
using Unbounded.Agent.Core.Transaction.Planning;
using Unbounded.Agent.Core.Transaction.Records;
using Unbounded.Agent.Output;

namespace Unbounded.Agent.Progress;

/// <summary>
/// Turns what happens in a transition into notes for sinks. Bytes come often: of those at most four notes a second are passed on.
/// </summary>
internal sealed class ProgressTracker(IReadOnlyList<IProgressSink> sinks, TimeProvider time) : ITransitionObserver
{
    private const int MostWarnings = 20;
    private static readonly TimeSpan BytesInterval = TimeSpan.FromMilliseconds(250);

    private readonly Lock _gate = new();
    private LiveProgress _now = new() { Pid = Environment.ProcessId };
    private long _lastBytes;

    /// <summary>When something last happened, as <see cref="TimeProvider.GetTimestamp"/>: a sign of life.</summary>
    public long LastSign { get; private set; } = time.GetTimestamp();

    /// <summary>How much longer than usual the current step may go without a sign of life.</summary>
    public TimeSpan Allowance { get; private set; }

    public void StepBegan(PlanStep step) => Change(
        now => now with
        {
            Working = true,
            Step = Human.Words(step.Kind.ToString(), '-'),
            Description = step.Description,
            Part = null,
            Done = null,
            Total = null,
        },
        endsWait: true);

    public void MayWait(TimeSpan longest)
    {
        lock (_gate)
            (LastSign, Allowance) = (time.GetTimestamp(), longest);
    }

    public void StillWaits()
    {
        lock (_gate)
            LastSign = time.GetTimestamp();
    }

    public void PartBegan(string name) => Change(now => now with { Part = name, Done = null, Total = null });

    public void Bytes(long done, long? total)
    {
        lock (_gate)
        {
            LastSign = time.GetTimestamp();
            _now = _now with { Done = done, Total = total };
            if (done != total && time.GetElapsedTime(_lastBytes, LastSign) < BytesInterval)
                return;
            _lastBytes = LastSign;
            Pass();
        }
    }

    public void Warned(string message) => Change(now => now with { Warnings = [.. now.Warnings.TakeLast(MostWarnings - 1), message] });

    public void StepEnded(StepTiming timing) => Change(
        now => now with { Step = null, Description = null, Part = null, Done = null, Total = null }, endsWait: true);

    public void StepFailed(PlanStep step, ErrorRecord error) => Change(now => now with { Problem = error }, endsWait: true);

    /// <summary>Nothing is being done, and why.</summary>
    public void Rests(string plan, ErrorRecord? problem, bool settled, params IReadOnlyList<string> waiting) =>
        Change(now => new LiveProgress { Pid = now.Pid, Plan = plan, Problem = problem, Settled = settled, Waiting = waiting }, endsWait: true);

    private void Change(Func<LiveProgress, LiveProgress> change, bool endsWait = false)
    {
        lock (_gate)
        {
            if (endsWait)
                Allowance = TimeSpan.Zero;
            LastSign = time.GetTimestamp();
            _now = change(_now);
            Pass();
        }
    }

    private void Pass()
    {
        _now = _now with { At = time.GetUtcNow() };
        foreach (var sink in sinks)
            sink.Note(_now);
    }
}
