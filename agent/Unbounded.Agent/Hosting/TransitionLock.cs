using Unbounded.Agent.Core.Transaction.Execution;
using Unbounded.Agent.Linux.Locks;

namespace Unbounded.Agent.Hosting;

/// <summary>The agent's lock, for the transaction.</summary>
/// <param name="path">Its file.</param>
/// <param name="command">What this process is: <c>daemon</c>, <c>rollback</c>.</param>
/// <param name="time">The clock.</param>
internal sealed class TransitionLock(string path, string command, TimeProvider time) : ITransitionLock
{
    public IDisposable Acquire(string purpose) => AgentLock.Take(path, command, time);
}
