using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Transaction.Execution;
using Unbounded.Agent.Core.Verification;
using Unbounded.Agent.Linux.DBus.Login;

namespace Unbounded.Agent.Bench.Partitions;

/// <summary>Nobody else is at work, and nothing else is checked; a machine that boots by GRUB asks no login manager.</summary>
internal sealed class NoContest : ITransitionLock, ICheckSource, ILogin
{
    public IDisposable Acquire(string purpose) => new MemoryStream();

    public IReadOnlyList<ICheck> Checks(SlotName slot, Target target) => [];

    public Task<string> GetRebootParameterAsync(CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public Task SetRebootParameterAsync(string parameter, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
