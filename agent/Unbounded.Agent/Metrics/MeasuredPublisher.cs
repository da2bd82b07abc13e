using Unbounded.Agent.Core.Transaction.Execution;

namespace Unbounded.Agent.Metrics;

/// <summary>Measures transitions as their end is published by another publisher.</summary>
/// <param name="inner">The other one.</param>
/// <param name="instruments">Where to.</param>
/// <param name="time">The clock: what ended before this process began is not counted again.</param>
internal sealed class MeasuredPublisher(IStatusPublisher inner, AgentInstruments instruments, TimeProvider time) : IStatusPublisher
{
    private readonly Lock _gate = new();
    private readonly DateTimeOffset _began = time.GetUtcNow();
    private DateTimeOffset? _counted;

    public void Report(StatusSnapshot status) => inner.Report(status);

    public Task PublishAsync(StatusSnapshot status, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (status.Record?.LastTransition is { } last && last.FinishedAt >= _began && last.FinishedAt != _counted)
            {
                _counted = last.FinishedAt;
                instruments.Ended(last);
            }
        }

        return inner.PublishAsync(status, cancellationToken);
    }
}
