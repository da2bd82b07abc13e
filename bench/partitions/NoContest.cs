using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Transaction.Execution;
using Unbounded.Agent.Core.Verification;

namespace Unbounded.Agent.Bench.Partitions;

/// <summary>Nobody else is at work, and nothing else is checked.</summary>
internal sealed class NoContest : ITransitionLock, ICheckSource
{
    public IDisposable Acquire(string purpose) => new MemoryStream();

    public IReadOnlyList<ICheck> Checks(SlotName slot, Target target) => [];
}
