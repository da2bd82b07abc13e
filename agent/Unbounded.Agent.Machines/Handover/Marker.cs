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

    /// <summary>Whether it is between two machines: a handover has begun and not ended.</summary>
    public bool IsWithdrawn => File.Exists(paths.WithdrawnMarker);

    /// <summary>Gives the marker to a slot, taking it from whoever has it.</summary>
    public async Task MoveToAsync(SlotName slot, CancellationToken cancellationToken)
    {
        EnsureDirectories();
        if (Holder() == slot)
        {
            return;
        }

        if (Where() is { } from)
        {
            await DurableFile.RenameAsync(from, paths.Marker(slot), replace: true, cancellationToken);
        }
        else
        {
            await DurableFile.WriteAsync(paths.Marker(slot), ReadOnlyMemory<byte>.Empty, FileMode, owner: null, cancellationToken);
        }
    }

    /// <summary>
    /// Takes the marker from a slot before its node software is stopped: its systemd can't start it again then, not even after it hung. Another
    /// slot's marker stays.
    /// </summary>
    public async Task WithdrawAsync(SlotName slot, CancellationToken cancellationToken)
    {
        if (Holder() == slot)
        {
            await DurableFile.RenameAsync(paths.Marker(slot), paths.WithdrawnMarker, replace: true, cancellationToken);
        }
    }

    private string? Where()
    {
        if (Holder() is { } holder)
        {
            return paths.Marker(holder);
        }

        return IsWithdrawn ? paths.WithdrawnMarker : null;
    }
}
