using Unbounded.Agent.Core.Transaction.Execution;

namespace Unbounded.Agent.Partitions.Updates;

/// <summary>Publishes nothing: a host that is updated by commands is asked with <c>update status</c>, which reads the record and <c>state.json</c>.</summary>
public sealed class SilentPublisher : IStatusPublisher
{
    /// <inheritdoc/>
    public void Report(StatusSnapshot status)
    {
        // Nobody listens.
    }

    /// <inheritdoc/>
    public Task PublishAsync(StatusSnapshot status, CancellationToken cancellationToken) => Task.CompletedTask;
}
