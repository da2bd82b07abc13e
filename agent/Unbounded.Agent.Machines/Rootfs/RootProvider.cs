using System.Text;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Linux.DBus.Systemd;
using Unbounded.Agent.Linux.Files;
using Unbounded.Agent.Machines.Layout;
using Unbounded.Agent.Machines.Nodes;
using Unbounded.Agent.Machines.Settings;

namespace Unbounded.Agent.Machines.Rootfs;

/// <summary>An overlay over the image's tree, which systemd mounts; where the kernel can't lay one there, a copy of the tree.</summary>
/// <param name="paths">Where things are.</param>
/// <param name="host">The host's systemd.</param>
/// <param name="machines">Mounts the root.</param>
/// <param name="images">Copies a tree.</param>
internal sealed class RootProvider(
    MachinePaths paths,
    ISystemd host,
    MachineService machines,
    INodeImages images) : IRootProvider
{
    private const UnixFileMode PublicFile =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private const UnixFileMode PublicDirectory =
        PublicFile | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    public async Task<string?> ProvideAsync(SlotName slot, NodeImage image, CancellationToken cancellationToken)
    {
        var root = paths.MachineRoot(slot);
        DurableDirectory.Create(Path.GetDirectoryName(root)!, PublicDirectory);
        if (!OverlaySupport.IsAvailable(paths.SlotDirectory(slot)))
        {
            await host.ReloadAsync(cancellationToken);
            await images.CopyAsync(image.Tree, root, cancellationToken);
            return null;
        }

        DurableDirectory.Create(root, PublicDirectory);
        // The upper directory is the machine's "/": a service of another user must be able to pass it.
        DurableDirectory.Create(paths.Upper(slot), PublicDirectory);
        DurableDirectory.Create(paths.Work(slot), PublicDirectory);
        await DurableFile.WriteAsync(
            paths.RootMountUnit(slot),
            Encoding.UTF8.GetBytes(RootMount.Render(slot, image.Tree, paths)),
            PublicFile,
            owner: null,
            cancellationToken);
        await host.ReloadAsync(cancellationToken);
        await machines.MountAsync(slot, cancellationToken);
        return image.Tree;
    }
}
