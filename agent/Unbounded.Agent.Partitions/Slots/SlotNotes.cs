using System.Text.Json;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Storage;

namespace Unbounded.Agent.Partitions.Slots;

/// <summary>Keeps a note of each slot, one file a slot.</summary>
/// <param name="store">Durable storage.</param>
/// <param name="directory">Where the notes are, on the data partition.</param>
internal sealed class SlotNotes(IDurableStore store, string directory)
{
    private const int LimitBytes = 1 << 20;
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>Reads a note; null when there is none.</summary>
    /// <exception cref="AgentException">It can't be read.</exception>
    public async Task<SlotNote?> ReadAsync(SlotName slot, CancellationToken cancellationToken)
    {
        if (await store.ReadAsync(PathOf(slot), LimitBytes, cancellationToken) is not { } content)
            return null;
        try
        {
            return StoredJson.Read(content, SlotJson.Default.SlotNote);
        }
        catch (JsonException e)
        {
            throw new AgentException(
                PartitionsErrors.NoteUnreadable,
                $"It is not known what slot {slot} holds",
                $"{PathOf(slot)}: {e.Message}",
                $"Remove {PathOf(slot)}: a slot that is bootable stays so, the other one is written anew by the next update",
                e);
        }
    }

    /// <summary>Writes a note.</summary>
    public Task WriteAsync(SlotName slot, SlotNote note, CancellationToken cancellationToken) =>
        store.WriteIfChangedAsync(PathOf(slot), JsonSerializer.SerializeToUtf8Bytes(note, SlotJson.Default.SlotNote), Mode, cancellationToken);

    /// <summary>Removes a note.</summary>
    public Task RemoveAsync(SlotName slot, CancellationToken cancellationToken) => store.DeleteAsync(PathOf(slot), cancellationToken);

    private string PathOf(SlotName slot) => $"{directory}/{slot}.json";
}
