using System.Text.Json;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Storage;

namespace Unbounded.Agent.Machines.HostPreparation.Journal;

/// <summary>Reads and writes the journal through durable storage.</summary>
internal sealed class HostJournalStore
{
    private const int LimitBytes = 4 * 1024 * 1024;
    private readonly IDurableStore _store;
    private readonly string _path;

    public HostJournalStore(IDurableStore store, string path)
    {
        _store = store;
        _path = path;
    }

    /// <summary>The journal, null when there is none.</summary>
    /// <exception cref="AgentException">It is garbage, or a newer agent wrote it. The file is kept.</exception>
    public async Task<HostJournal?> LoadAsync(CancellationToken cancellationToken)
    {
        var bytes = await _store.ReadAsync(_path, LimitBytes, cancellationToken);
        if (bytes is null)
            return null;
        HostJournal journal;
        try
        {
            journal = StoredJson.Read(bytes, HostJournalJson.Default.HostJournal);
        }
        catch (JsonException e)
        {
            throw Unreadable(e.Message, e);
        }

        if (journal.Version < 1 || journal.Changes is null || !journal.Changes.All(IsWhole))
            throw Unreadable("it is not a journal of host changes", null);
        if (journal.Version > HostJournal.CurrentVersion)
        {
            throw new AgentException(
                MachinesErrors.HostJournalNewer,
                $"{_path} was written by a newer unbounded-agent",
                $"its version is {journal.Version}, this agent knows {HostJournal.CurrentVersion}",
                "Run the newer agent; nothing was changed");
        }

        return journal;
    }

    public Task SaveAsync(HostJournal journal, CancellationToken cancellationToken) =>
        _store.WriteAsync(
            _path,
            JsonSerializer.SerializeToUtf8Bytes(journal, HostJournalJson.Default.HostJournal),
            UnixFileMode.UserRead | UnixFileMode.UserWrite,
            cancellationToken);

    public Task DropAsync(CancellationToken cancellationToken) => _store.DeleteAsync(_path, cancellationToken);

    private static bool IsWhole(HostJournalEntry? entry) =>
        entry is { Name: not null, State.ValueKind: not JsonValueKind.Undefined } && Enum.IsDefined(entry.Status);

    private AgentException Unreadable(string why, Exception? inner) => new(
        MachinesErrors.HostJournalUnreadable,
        $"{_path} can't be read",
        why,
        "Restore it from a backup; without it only what is beyond doubt the agent's can be undone: then move it away and run uninstall",
        inner);
}
