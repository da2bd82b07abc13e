using System.Text;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Linux.DBus.Systemd;
using Unbounded.Agent.Machines.Layout;
using Unbounded.Agent.Machines.Nodes;
using Unbounded.Agent.Machines.Settings;

namespace Unbounded.Agent.Machines.Rootfs;

/// <summary>An overlay over the image's tree, which systemd mounts; where the kernel can't lay one there, or refuses to, a copy of the tree.</summary>
/// <param name="host">The host's systemd.</param>
/// <param name="machines">Mounts the root.</param>
/// <param name="images">Copies a tree.</param>
internal sealed class RootProvider(
    ISystemd host,
    MachineService machines,
    INodeImages images) : IRootProvider
{
    private const UnixFileMode PublicFile =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private const UnixFileMode PublicDirectory =
        PublicFile | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    public async Task<string?> ProvideAsync(SlotName slot, NodeImage image, MachinePaths paths, IStepProgress progress, CancellationToken cancellationToken)
    {
        var root = paths.MachineRoot(slot);
        paths.Files.CreateDirectory(Path.GetDirectoryName(root)!, PublicDirectory);
        if (paths.Files.System.TakesOverlay(paths.SlotDirectory(slot)))
        {
            if (await TryOverlayAsync(slot, image, paths, cancellationToken))
            {
                return image.Tree;
            }

            progress.Warn($"the kernel refuses an overlay for machine {slot} (see `journalctl -u {Units.RootMount(slot)}`): its root is a copy of the image");
            await RemoveOverlayAsync(slot, paths, cancellationToken);
        }

        // As if none had ever been tried: a unit that stays would be pulled in by the machine's service.
        await paths.Files.DeleteAsync(paths.RootMountUnit(slot), cancellationToken);
        await host.ReloadAsync(cancellationToken);
        await images.CopyAsync(image.Tree, root, progress, cancellationToken);
        return null;
    }

    private async Task<bool> TryOverlayAsync(SlotName slot, NodeImage image, MachinePaths paths, CancellationToken cancellationToken)
    {
        var root = paths.MachineRoot(slot);
        paths.Files.CreateDirectory(root, PublicDirectory);
        // The upper directory is the machine's "/": a service of another user must be able to pass it.
        paths.Files.CreateDirectory(paths.Upper(slot), PublicDirectory);
        paths.Files.CreateDirectory(paths.Work(slot), PublicDirectory);
        await paths.Files.SetLinkAsync(paths.Lower(slot), image.Tree, cancellationToken);
        await paths.Files.WriteIfChangedAsync(
            paths.RootMountUnit(slot),
            Encoding.UTF8.GetBytes(RootMount.Render(slot, paths)),
            PublicFile,
            owner: null,
            cancellationToken);
        await machines.LearnUnitsAsync(slot, cancellationToken);
        return await machines.MountAsync(slot, cancellationToken);
    }

    private async Task RemoveOverlayAsync(SlotName slot, MachinePaths paths, CancellationToken cancellationToken)
    {
        await machines.StopAsync(slot, cancellationToken);
        await paths.Files.DeleteAsync(paths.Lower(slot), cancellationToken);
        foreach (var directory in (string[])[paths.MachineRoot(slot), paths.Upper(slot), paths.Work(slot)])
        {
            await paths.Files.RemoveTreeAsync(directory, cancellationToken);
        }
    }
}
