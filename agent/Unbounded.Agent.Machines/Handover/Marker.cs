using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Linux.Files;
using Unbounded.Agent.Machines.Layout;

namespace Unbounded.Agent.Machines.Handover;

/// <summary>
/// The one file that lets a machine's node software start (law 11). It lives on tmpfs, moves by one rename, and so exists at most once.
/// </summary>
internal sealed class Marker(MachinePaths paths, IReadOnlyList<SlotName> slots)
{
    private const UnixFileMode DirectoryMode =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private const UnixFileMode FileMode =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>The slot that has the marker; null when none has.</summary>
    public SlotName? Holder()
    {
        foreach (var slot in slots)
        {
            if (File.Exists(paths.Marker(slot)))
            {
                return slot;
            }
        }

        return null;
    }

    /// <summary>Makes every slot's directory, which its machine has bound.</summary>
    public void EnsureDirectories()
    {
        foreach (var slot in slots)
        {
            DurableDirectory.Create(paths.MarkerDirectory(slot), DirectoryMode);
        }
    }

    /// <summary>Gives the marker to a slot, taking it from whoever has it.</summary>
    public async Task MoveToAsync(SlotName slot, CancellationToken cancellationToken)
    {
        EnsureDirectories();
        switch (Holder())
        {
            case null:
                await DurableFile.WriteAsync(paths.Marker(slot), ReadOnlyMemory<byte>.Empty, FileMode, owner: null, cancellationToken);
                break;
            case { } holder when holder != slot:
                await DurableFile.RenameAsync(paths.Marker(holder), paths.Marker(slot), replace: true, cancellationToken);
                break;
            default:
                break;
        }
    }

    /// <summary>Takes the marker away from everyone: no machine's node software may start.</summary>
    public async Task RemoveAsync(CancellationToken cancellationToken)
    {
        foreach (var slot in slots)
        {
            await DurableFile.DeleteAsync(paths.Marker(slot), cancellationToken);
        }
    }
}
