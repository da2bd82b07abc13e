using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Linux.DBus.Systemd;
using Unbounded.Agent.Linux.Kernel;
using Unbounded.Agent.Machines.Layout;
using Unbounded.Agent.Machines.Nodes;

namespace Unbounded.Agent.Machines.Slots;

/// <summary>Ends a machine and removes its content and settings. Repeating it after a crash ends where it would have ended.</summary>
internal sealed class SlotRemover(MachinePaths paths, ISystemd host, MachineService machines)
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Removes everything of a slot but the kubelet's identity, which the other slot may be using as its source.</summary>
    public async Task RemoveAsync(SlotName slot, CancellationToken cancellationToken)
    {
        await EndAsync(slot, cancellationToken);
        if (await RemoveSettingsAsync(slot, cancellationToken))
        {
            await host.ReloadAsync(cancellationToken);
        }

        await RemoveContentAsync(slot, cancellationToken);
    }

    /// <summary>
    /// As <see cref="RemoveAsync"/>, but keeps the units, which say the same after the next preparation: systemd need not be told. Until then nothing
    /// starts them.
    /// </summary>
    public async Task ClearAsync(SlotName slot, CancellationToken cancellationToken)
    {
        await EndAsync(slot, cancellationToken);
        foreach (var file in (string[])[paths.NspawnFile(slot), paths.MarkerDropIn(slot)])
        {
            await paths.Files.DeleteAsync(file, cancellationToken);
        }

        await RemoveContentAsync(slot, cancellationToken);
    }

    /// <summary>Removes contents that a crash left in the trash.</summary>
    public Task SweepAsync(CancellationToken cancellationToken) =>
        paths.Files.System.IsDirectory(paths.Trash)
            ? paths.Files.RunAsync(() => paths.Files.System.RemoveContent(paths.Trash, cancellationToken), cancellationToken)
            : Task.CompletedTask;

    private async Task EndAsync(SlotName slot, CancellationToken cancellationToken)
    {
        await MarkAsPartialAsync(slot, cancellationToken);
        await machines.StopAsync(slot, cancellationToken);
    }

    private async Task RemoveContentAsync(SlotName slot, CancellationToken cancellationToken)
    {
        await DiscardAsync(paths.MachineRoot(slot), cancellationToken);
        // Last: as long as it is there, and no mark in it, nobody takes what is left for a machine.
        await DiscardAsync(paths.SlotDirectory(slot), cancellationToken);
        // A removal that was cut off may have been whole and not durable: what comes back with a power cut would be nobody's.
        foreach (var directory in (string[])[paths.DropInDirectory(slot), paths.MachineRoot(slot), paths.SlotDirectory(slot)])
        {
            await paths.Files.SettleRemovalAsync(directory, cancellationToken);
        }

        if (paths.Files.System.IsDirectory(paths.Trash))
        {
            await paths.Files.RunAsync(() => paths.Files.System.SyncDirectory(paths.Trash), cancellationToken);
        }
    }

    // Content that is being removed must never be taken for complete: not by its mark, nor, without one, for a machine that another agent set up.
    private async Task MarkAsPartialAsync(SlotName slot, CancellationToken cancellationToken)
    {
        if (paths.Files.System.Find(paths.MachineRoot(slot)) is not null)
        {
            paths.Files.CreateDirectory(paths.SlotDirectory(slot), Private);
        }

        if (paths.Files.System.Find(paths.SlotMark(slot)) is { Type: not FileKind.Directory })
        {
            await paths.Files.DeleteAsync(paths.SlotMark(slot), cancellationToken);
        }
    }

    private async Task<bool> RemoveSettingsAsync(SlotName slot, CancellationToken cancellationToken)
    {
        var removed = false;
        foreach (var file in (string[])[paths.NspawnFile(slot), paths.DropIn(slot), paths.MarkerDropIn(slot), paths.RootMountUnit(slot)])
        {
            removed |= await paths.Files.DeleteAsync(file, cancellationToken);
        }

        var dropIns = paths.DropInDirectory(slot);
        if (paths.Files.System.IsDirectory(dropIns) && paths.Files.System.List(dropIns).Count == 0)
        {
            paths.Files.System.RemoveDirectory(dropIns);
        }

        return removed;
    }

    // Out of sight by one rename, then removed. Across file systems (an adopted machine's directory), and where it is a mount of its own, it is
    // removed where it is.
    private async Task DiscardAsync(string content, CancellationToken cancellationToken)
    {
        if (paths.Files.System.Find(content) is null)
        {
            return;
        }

        paths.Files.CreateDirectory(paths.Trash, Private);
        var trash = Path.Combine(paths.Trash, paths.Files.System.UniqueName());
        try
        {
            await paths.Files.RenameAsync(content, trash, cancellationToken: cancellationToken);
        }
        catch (AgentException e) when (e.InnerException is ErrnoException { Errno: Errno.EXDEV or Errno.EBUSY })
        {
            trash = content;
        }

        await paths.Files.RemoveTreeAsync(trash, cancellationToken);
        // A link, or a file, where a directory was expected.
        await paths.Files.DeleteAsync(trash, cancellationToken);
    }
}
