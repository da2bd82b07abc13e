using System.Text.Json;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Storage;
using Unbounded.Agent.Core.Transaction.Phases;
using Unbounded.Agent.Core.Transaction.Records;

namespace Unbounded.Agent.Core.Transaction.Execution;

/// <summary>The ancestor's <c>state.json</c>. Here it is derived from the record, and repaired from it.</summary>
/// <param name="store">Durable storage.</param>
/// <param name="path">Absolute path of the file.</param>
public sealed class StateFile(IDurableStore store, string path)
{
    /// <summary>The largest state file that is read, in bytes.</summary>
    public const int LimitBytes = 1 << 20;

    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>Reads the state. A missing file is a fresh idle state.</summary>
    /// <exception cref="AgentException">It can't be understood; the file is left as it is.</exception>
    public async Task<UpdateState> ReadAsync(CancellationToken cancellationToken)
    {
        var content = await store.ReadAsync(path, LimitBytes, cancellationToken);
        if (content is null)
        {
            return new();
        }

        try
        {
            return StoredJson.Read(content, RecordJson.Default.UpdateState);
        }
        catch (JsonException e)
        {
            throw new AgentException(
                CoreErrors.StateFileDamaged,
                $"The state file {path} can't be read",
                e.Message,
                "The file was left as it is. Remove it to start from an idle state",
                e);
        }
    }

    /// <summary>Saves a state as it is.</summary>
    /// <exception cref="AgentException">Its phase is none, or storage failed.</exception>
    public Task SaveAsync(UpdateState state, CancellationToken cancellationToken) =>
        !Enum.IsDefined(state.Phase)
            ? throw new AgentException(
                CoreErrors.PhaseIllegal,
                $"The phase {(int)state.Phase} can't be saved",
                "it is none of the phases of an update",
                "Report this as a fault of the agent")
            : store.WriteIfChangedAsync(path, JsonSerializer.SerializeToUtf8Bytes(state, RecordJson.Default.UpdateState), Mode, cancellationToken);

    /// <summary>
    /// Makes the file say what the record says. Fields that somebody else added are kept; a file that can't be read is put aside as
    /// <c>*.damaged</c> first.
    /// </summary>
    public async Task DeriveAsync(UpdateState state, CancellationToken cancellationToken)
    {
        Dictionary<string, JsonElement>? unknown;
        try
        {
            unknown = (await ReadAsync(cancellationToken)).Unknown;
        }
        catch (AgentException e) when (e.Code == CoreErrors.StateFileDamaged)
        {
            unknown = null;
            var damaged = await store.ReadAsync(path, LimitBytes, cancellationToken);
            await store.WriteAsync(path + ".damaged", damaged, Mode, cancellationToken);
        }

        await SaveAsync(state with { Unknown = unknown ?? state.Unknown }, cancellationToken);
    }
}
