using Unbounded.Agent.Core.Transaction.Execution;
using Unbounded.Agent.Core.Transaction.Planning;
using Unbounded.Agent.Core.Transaction.Records;

namespace Unbounded.Agent.Metrics;

/// <summary>Measures what another observer sees.</summary>
/// <param name="inner">The other one.</param>
/// <param name="instruments">Where to.</param>
internal sealed class MeasuredObserver(ITransitionObserver inner, AgentInstruments instruments) : ITransitionObserver
{
    private readonly Lock _gate = new();
    private string _part = "";
    private long _done;

    public void StepBegan(PlanStep step) => inner.StepBegan(step);

    public void MayWait(TimeSpan longest) => inner.MayWait(longest);

    public void StillWaits() => inner.StillWaits();

    public void PartBegan(string name)
    {
        lock (_gate)
            (_part, _done) = (name, 0);
        inner.PartBegan(name);
    }

    public void Bytes(long done, long? total)
    {
        lock (_gate)
        {
            // What is told is how far a part is: it may begin anew.
            if (done > _done)
                instruments.Moved(_part, done - _done);
            _done = done;
        }

        inner.Bytes(done, total);
    }

    public void Warned(string message) => inner.Warned(message);

    public void StepEnded(StepTiming timing)
    {
        instruments.Step(timing);
        inner.StepEnded(timing);
    }

    public void StepFailed(PlanStep step, ErrorRecord error) => inner.StepFailed(step, error);
}
