using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Transaction.Execution;
using Unbounded.Agent.Linux;

namespace Unbounded.Agent.Simulation.Worlds;

internal sealed class SimLock : ITransitionLock
{
    private static readonly ErrorCode Busy = LinuxErrors.Locked;

    public string? Holder { get; set; }

    public int Acquired { get; private set; }

    public IDisposable Acquire(string purpose)
    {
        if (Holder is not null)
        {
            throw new AgentException(Busy, "Another change is under way", $"pid 42 holds the lock: {Holder}", "Wait for it");
        }

        Acquired++;
        Holder = purpose;
        return new Release(this);
    }

    /// <summary>The kernel drops a dead process' lock.</summary>
    public void Reset() => Holder = null;

    private sealed class Release(SimLock owner) : IDisposable
    {
        public void Dispose() => owner.Holder = null;
    }
}
