using Unbounded.Agent.Core.Transaction.Planning;
using Unbounded.Agent.Core.Transaction.Records;

namespace Unbounded.Agent.Core.Transaction.Execution;

/// <summary>Watches a plan being carried out: a terminal, metrics, the service manager's status line. Quick, never throws.</summary>
public interface ITransitionObserver
{
    /// <summary>A step began.</summary>
    void StepBegan(PlanStep step);

    /// <summary>What follows in the current step may go this long without a sign of life: it waits for what the configuration lets take so long.</summary>
    void MayWait(TimeSpan longest);

    /// <summary>A wait of the current step went around once more: a sign of life, and nothing else.</summary>
    void StillWaits();

    /// <summary>A part of the current step began.</summary>
    void PartBegan(string name);

    /// <summary>Bytes moved in the current part.</summary>
    void Bytes(long done, long? total);

    /// <summary>A warning that ends nothing.</summary>
    void Warned(string message);

    /// <summary>A step ended well.</summary>
    void StepEnded(StepTiming timing);

    /// <summary>A step failed.</summary>
    void StepFailed(PlanStep step, ErrorRecord error);
}
