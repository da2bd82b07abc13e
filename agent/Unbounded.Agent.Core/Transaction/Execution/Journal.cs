using Microsoft.Extensions.Logging;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Transaction.Phases;
using Unbounded.Agent.Core.Transaction.Records;

namespace Unbounded.Agent.Core.Transaction.Execution;

/// <summary>The record while a plan is carried out: every change is durable before the next effect. state.json follows it.</summary>
internal sealed partial class Journal(RecordStore store, DerivedFiles files, AgentRecord? record, ILogger logger)
{
    private UpdateState? _derived = record?.State;
    private AgentRecord? _record = record;

    public AgentRecord? Record => _record;

    /// <summary>The record, where there must be one.</summary>
    public AgentRecord Current => _record ?? throw new InvalidOperationException("no record was saved yet");

    public TransitionRecord Transition => Current.Transition ?? throw new InvalidOperationException("no transition is in flight");

    /// <summary>Saves the next record. Not cancellable: a stop request must not leave it open whether an intent was saved.</summary>
    public async Task SaveAsync(AgentRecord next)
    {
        _record = await store.SaveAsync(next, CancellationToken.None);
        await DeriveStateAsync();
    }

    /// <summary>Keeps a change in mind: the next save takes it along.</summary>
    public void Note(AgentRecord next) => _record = next;

    /// <summary>
    /// Saves where going on matters more than the save: a record that can't be written must not keep the node down. What is lost is found
    /// out again from the slots.
    /// </summary>
    public async Task SaveIfPossibleAsync(AgentRecord next)
    {
        try
        {
            await SaveAsync(next);
        }
        catch (AgentException e) when (e.Code != CoreErrors.RecordChanged)
        {
            LogSaveFailed(e);
            _record = next;
        }
    }

    // A derived file that can't be written is repaired later; it never stops a transition.
    private async Task DeriveStateAsync()
    {
        if (_derived == Current.State)
        {
            return;
        }

        try
        {
            await files.EnsureStateAsync(Current, CancellationToken.None);
            _derived = Current.State;
        }
        catch (AgentException e)
        {
            LogDeriveFailed(e);
        }
    }
}
