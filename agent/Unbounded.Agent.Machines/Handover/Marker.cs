using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Machines.Layout;

namespace Unbounded.Agent.Machines.Handover;

/// <summary>
/// The one file that lets a machine's node software start (law 11). It lives on tmpfs, moves by one rename, and so exists at most once. The daemon and
/// the starts of both machines take turns: none acts on where another has just taken the marker from.
/// </summary>
internal sealed class Marker(MachinePaths paths, IReadOnlyList<SlotName> slots)
{
    private const UnixFileMode DirectoryMode =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private const UnixFileMode RootMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private const UnixFileMode FileMode =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>The slot that has the marker; null when none has.</summary>
    public SlotName? Holder()
    {
        foreach (var slot in slots)
        {
            if (paths.Files.System.Find(paths.Marker(slot)) is not null)
            {
                return slot;
            }
        }

        return null;
    }

    /// <summary>Makes every slot's directory, which its machine has bound.</summary>
    public void EnsureDirectories()
    {
        paths.Files.CreateDirectory(paths.MarkerRoot, RootMode);
        foreach (var slot in slots)
        {
            paths.Files.CreateDirectory(paths.MarkerDirectory(slot), DirectoryMode);
        }
    }

    /// <summary>Whether it is between two machines: a handover has begun and not ended.</summary>
    public bool IsWithdrawn => paths.Files.System.Find(paths.WithdrawnMarker) is not null;

    /// <summary>Gives the marker to a slot, taking it from whoever has it.</summary>
    public Task MoveToAsync(SlotName slot, CancellationToken cancellationToken) =>
        InTurnAsync(() => MoveAsync(slot), cancellationToken);

    /// <summary>
    /// Gives the marker to a slot when there is none, as after a boot of the host: not while another has it, nor while it is withdrawn.
    /// </summary>
    /// <returns>Whether it was given.</returns>
    public async Task<bool> GrantAsync(SlotName slot, CancellationToken cancellationToken)
    {
        var granted = false;
        await InTurnAsync(
            async () =>
            {
                if (Where() is null)
                {
                    await MoveAsync(slot);
                    granted = true;
                }
            },
            cancellationToken);
        return granted;
    }

    /// <summary>
    /// Takes the marker from a slot before its node software is stopped: its systemd can't start it again then, not even after it hung. Another
    /// slot's marker stays.
    /// </summary>
    public Task WithdrawAsync(SlotName slot, CancellationToken cancellationToken) =>
        InTurnAsync(
            async () =>
            {
                if (Holder() == slot)
                {
                    await paths.Files.RenameAsync(paths.Marker(slot), paths.WithdrawnMarker, replace: true);
                }
            },
            cancellationToken);

    private async Task InTurnAsync(Func<Task> act, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        EnsureDirectories();
        using var turn = paths.Files.System.Lock(paths.MarkerRoot, cancellationToken);
        await act();
    }

    private async Task MoveAsync(SlotName slot)
    {
        if (Holder() == slot)
        {
            return;
        }

        if (Where() is { } from)
        {
            await paths.Files.RenameAsync(from, paths.Marker(slot), replace: true);
        }
        else
        {
            await paths.Files.WriteAsync(paths.Marker(slot), ReadOnlyMemory<byte>.Empty, FileMode);
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
