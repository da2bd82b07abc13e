namespace Unbounded.Agent.Core.Transaction.Execution;

/// <summary>Tells the world: the Machine's status, its file, events, metrics.</summary>
public interface IStatusPublisher
{
    /// <summary>
    /// Progress. Returns at once, also while the node is down; may be merged with what follows, may be lost. Never throws.
    /// </summary>
    void Report(StatusSnapshot status);

    /// <summary>A status that matters. Ends when it was delivered to wherever it is durable; throws when it could not be (law 4).</summary>
    Task PublishAsync(StatusSnapshot status, CancellationToken cancellationToken);
}
