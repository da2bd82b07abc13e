using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Linux.DBus.Systemd;
using Unbounded.Agent.Linux.Files;
using Unbounded.Agent.Machines.Layout;
using Unbounded.Agent.Machines.Nodes;

namespace Unbounded.Agent.Machines.Slots;

/// <summary>Ends a machine and removes its content and settings. Repeating it after a crash ends where it would have ended.</summary>
internal sealed class SlotRemover(MachinePaths paths, ISystemd host, MachineService machines)
{
    /// <summary>Removes everything of a slot but the kubelet's identity, which the other slot may be using as its source.</summary>
    public async Task RemoveAsync(SlotName slot, CancellationToken cancellationToken)
    {
        // The mark first: content that is being removed must never be taken for complete.
        if (File.Exists(paths.SlotMark(slot)))
        {
            await DurableFile.DeleteAsync(paths.SlotMark(slot), cancellationToken);
        }

        await machines.StopAsync(slot, cancellationToken);
        foreach (var content in (string[])[paths.SlotDirectory(slot), paths.MachineRoot(slot)])
        {
            await DiscardAsync(content, cancellationToken);
        }

        if (await RemoveSettingsAsync(slot, cancellationToken))
        {
            await host.ReloadAsync(cancellationToken);
        }
    }

    /// <summary>Removes contents that a crash left in the trash.</summary>
    public Task SweepAsync(CancellationToken cancellationToken) =>
        Directory.Exists(paths.Trash)
            ? Task.Run(() => TreeRemoval.RemoveContent(paths.Trash, cancellationToken), cancellationToken)
            : Task.CompletedTask;

    private async Task<bool> RemoveSettingsAsync(SlotName slot, CancellationToken cancellationToken)
    {
        var removed = false;
        foreach (var file in (string[])[paths.NspawnFile(slot), paths.DropIn(slot), paths.RootMountUnit(slot)])
        {
            if (File.Exists(file))
            {
                removed |= await DurableFile.DeleteAsync(file, cancellationToken);
            }
        }

        var dropIns = paths.DropInDirectory(slot);
        if (Directory.Exists(dropIns) && !Directory.EnumerateFileSystemEntries(dropIns).Any())
        {
            Directory.Delete(dropIns);
        }

        return removed;
    }

    // Out of sight by one rename, then removed: a crash leaves either the whole content or trash. Across file systems (an adopted machine's
    // directory) it is removed where it is; without a mark nobody takes it for complete.
    private async Task DiscardAsync(string content, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(content))
        {
            return;
        }

        DurableDirectory.Create(paths.Trash, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var trash = Path.Combine(paths.Trash, Guid.NewGuid().ToString("N"));
        try
        {
            Directory.Move(content, trash);
        }
        catch (IOException)
        {
            trash = content;
        }

        await Task.Run(() => TreeRemoval.Remove(trash, cancellationToken), cancellationToken);
    }
}
