namespace Unbounded.Agent.Core.Slots;

/// <summary>Receives what happens inside a step. Implementations must be quick and must not throw.</summary>
public interface IStepProgress
{
    /// <summary>A named sub-step began; the one before it ended.</summary>
    /// <param name="name">Short and stable, lowercase with dashes: <c>fetch</c>, <c>boot</c>, <c>stop-kubelet</c>.</param>
    void Begin(string name);

    /// <summary>Bytes moved in the current sub-step.</summary>
    /// <param name="done">Bytes so far.</param>
    /// <param name="total">Bytes in all, null when unknown.</param>
    void Bytes(long done, long? total);

    /// <summary>A warning that does not end the step, one sentence.</summary>
    void Warn(string message);
}
