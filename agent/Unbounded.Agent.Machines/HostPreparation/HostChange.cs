using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Storage;
using Unbounded.Agent.Machines.HostPreparation.Journal;

namespace Unbounded.Agent.Machines.HostPreparation;

/// <summary>Base of a change with a typed state.</summary>
/// <typeparam name="TState">A record that the journal keeps as JSON.</typeparam>
internal abstract class HostChange<TState> : IHostChange
    where TState : class
{
    private readonly JsonTypeInfo<TState> _type;

    protected HostChange(JsonTypeInfo<TState> type) => _type = type;

    public abstract string Name { get; }

    public abstract string Description { get; }

    public async Task<JsonElement?> CaptureAsync(HostFacts facts, CancellationToken cancellationToken) =>
        await CaptureStateAsync(facts, cancellationToken) is { } state ? Write(state) : null;

    public virtual Task CheckAsync(HostFacts facts, CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task<JsonElement> IntendAsync(JsonElement state, CancellationToken cancellationToken) => Write(await IntendAsync(Read(state), cancellationToken));

    public Task<bool> IsAppliedAsync(JsonElement state, CancellationToken cancellationToken) => IsAppliedAsync(Read(state), cancellationToken);

    public async Task<JsonElement> ApplyAsync(JsonElement state, IHostReport report, CancellationToken cancellationToken) =>
        Write(await ApplyAsync(Read(state), report, cancellationToken));

    public Task<IReadOnlyList<string>> DescribeUndoAsync(JsonElement? state, HostFacts facts, CancellationToken cancellationToken) =>
        DescribeUndoAsync(state is { } s ? Read(s) : null, facts, cancellationToken);

    public Task UndoAsync(JsonElement? state, HostFacts facts, IHostReport report, CancellationToken cancellationToken) =>
        UndoAsync(state is { } s ? Read(s) : null, facts, report, cancellationToken);

    // What undoing would still do is what it has not done; changes that may stay behind for a good reason say otherwise.
    public virtual Task<IReadOnlyList<string>> FindLeftoversAsync(JsonElement? state, HostFacts facts, CancellationToken cancellationToken) =>
        DescribeUndoAsync(state, facts, cancellationToken);

    protected abstract Task<TState?> CaptureStateAsync(HostFacts facts, CancellationToken cancellationToken);

    protected virtual Task<TState> IntendAsync(TState state, CancellationToken cancellationToken) => Task.FromResult(state);

    protected abstract Task<bool> IsAppliedAsync(TState state, CancellationToken cancellationToken);

    protected abstract Task<TState> ApplyAsync(TState state, IHostReport report, CancellationToken cancellationToken);

    protected abstract Task<IReadOnlyList<string>> DescribeUndoAsync(TState? state, HostFacts facts, CancellationToken cancellationToken);

    protected abstract Task UndoAsync(TState? state, HostFacts facts, IHostReport report, CancellationToken cancellationToken);

    private TState Read(JsonElement state)
    {
        try
        {
            return StoredJson.Read(JsonSerializer.SerializeToUtf8Bytes(state, HostJournalJson.Default.JsonElement), _type);
        }
        catch (JsonException e)
        {
            throw new AgentException(
                MachinesErrors.HostJournalUnreadable,
                $"{HostPaths.Journal} can't be read",
                $"what it keeps of the change '{Name}' is not what this agent writes: {e.Message}",
                "Restore it from a backup, or remove that change from it and undo it by hand",
                e);
        }
    }

    private JsonElement Write(TState state) => JsonSerializer.SerializeToElement(state, _type);
}
