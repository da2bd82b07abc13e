namespace Unbounded.Agent.Core.Transaction.Execution;

/// <summary>One change of the host at a time, across processes.</summary>
public interface ITransitionLock
{
    /// <summary>Takes the lock without waiting.</summary>
    /// <param name="purpose">What for, for whoever is refused meanwhile.</param>
    /// <returns>Releases it when disposed.</returns>
    /// <exception cref="Errors.AgentException">Another process holds it; the message names that one.</exception>
    IDisposable Acquire(string purpose);
}
