using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Images.References;
using Unbounded.Agent.Partitions.Adaptive.Indexes;
using Unbounded.Agent.Partitions.Slots;

namespace Unbounded.Agent.Partitions.Adaptive;

/// <summary>
/// The block index of each slot, beside its note on the data partition. It is made while the slot is read back, and holds as long as the note says that the
/// slot is complete and names it. It only says where to look: whatever is taken for granted because of it is found when the slot is read back.
/// </summary>
/// <param name="directory">Where the notes are.</param>
internal sealed class SlotIndexes(string directory)
{
    /// <summary>Opens the index of a slot; null when there is none that holds.</summary>
    public IndexFile? TryOpen(SlotName slot, SlotNote? note)
    {
        if (note is not { Complete: true, Index: { } digest })
            return null;
        var file = IndexFile.TryOpen(PathOf(slot));
        if (file?.Header.Digest == ContentDigest.TryParse(digest))
            return file;
        file?.Dispose();
        return null;
    }

    /// <summary>Where an index is made that is not a slot's yet.</summary>
    public string Draft(SlotName slot, string purpose)
    {
        Directory.CreateDirectory(directory);
        return $"{directory}/{slot}.index.{purpose}";
    }

    /// <summary>Makes a durable draft the index of a slot. The note that names it is written after it.</summary>
    public void Take(SlotName slot, string draft) => File.Move(draft, PathOf(slot), overwrite: true);

    /// <summary>Removes what was left of drafts.</summary>
    public void Sweep(SlotName slot)
    {
        if (!Directory.Exists(directory))
            return;
        foreach (var left in Directory.GetFiles(directory).Where(f => Path.GetFileName(f).StartsWith($"{slot}.index.", StringComparison.Ordinal)))
            File.Delete(left);
    }

    private string PathOf(SlotName slot) => $"{directory}/{slot}.index";
}
