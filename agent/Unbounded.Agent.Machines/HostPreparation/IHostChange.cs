using System.Text.Json;

namespace Unbounded.Agent.Machines.HostPreparation;

/// <summary>
/// One small, reversible change of the host. What it finds before it changes anything (its <em>state</em>) is data in the journal, durable
/// before the first effect; undoing needs nothing else. Every method may be run again after a crash at any of its instants.
/// </summary>
public interface IHostChange
{
    /// <summary>Stable name in the journal, lowercase with dashes.</summary>
    string Name { get; }

    /// <summary>What installing does, one sentence.</summary>
    string Description { get; }

    /// <summary>Reads what is there now. Changes nothing.</summary>
    /// <param name="facts">What is known of the host.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>What undoing will need; null when the host does not need this change.</returns>
    Task<JsonElement?> CaptureAsync(HostFacts facts, CancellationToken cancellationToken);

    /// <summary>Refuses what is known beforehand to fail: asked of every change before the first one is made. Changes nothing.</summary>
    /// <param name="facts">What is known of the host.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="Core.Errors.AgentException">The change can't be made on this host as it is.</exception>
    Task CheckAsync(HostFacts facts, CancellationToken cancellationToken);

    /// <summary>Completes the state with what this run is about to put on the host: made durable before the first effect. Changes nothing.</summary>
    Task<JsonElement> IntendAsync(JsonElement state, CancellationToken cancellationToken);

    /// <summary>Whether the host already is as the change leaves it.</summary>
    Task<bool> IsAppliedAsync(JsonElement state, CancellationToken cancellationToken);

    /// <summary>Makes the change.</summary>
    /// <returns>The state to keep from now on, mostly the one given.</returns>
    Task<JsonElement> ApplyAsync(JsonElement state, IHostReport report, CancellationToken cancellationToken);

    /// <summary>What undoing would do now, one line each; empty when there is nothing to undo. Changes nothing.</summary>
    /// <param name="state">The state from the journal; null when it has none: then only what is beyond doubt the agent's is touched.</param>
    /// <param name="facts">What is known of the host.</param>
    /// <param name="cancellationToken">Cancels.</param>
    Task<IReadOnlyList<string>> DescribeUndoAsync(JsonElement? state, HostFacts facts, CancellationToken cancellationToken);

    /// <summary>Puts back what was there.</summary>
    /// <param name="state">As for <see cref="DescribeUndoAsync"/>.</param>
    /// <param name="facts">What is known of the host.</param>
    /// <param name="report">Receives warnings.</param>
    /// <param name="cancellationToken">Cancels between effects.</param>
    Task UndoAsync(JsonElement? state, HostFacts facts, IHostReport report, CancellationToken cancellationToken);

    /// <summary>What is still there after undoing although it should not be, one line each. Changes nothing.</summary>
    Task<IReadOnlyList<string>> FindLeftoversAsync(JsonElement? state, HostFacts facts, CancellationToken cancellationToken);
}
