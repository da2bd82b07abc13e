using System.Text;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Linux.DBus.Systemd;
using Unbounded.Agent.Linux.Files;
using Unbounded.Agent.Machines.Handover;
using Unbounded.Agent.Machines.Layout;
using Unbounded.Agent.Machines.Nodes;
using Unbounded.Agent.Machines.Rootfs;

namespace Unbounded.Agent.Machines.Adoption;

/// <summary>
/// A machine that another agent set up: a plain directory, without a completeness mark, whose node software knows no marker. It runs on untouched until
/// the first handover away from it; then it is made to obey the marker without being restarted, so that it can be held back, booted and put back to work
/// like any other. Its image cache and its pods' volumes stay its own. Everything here is derived from what is found, and may be repeated.
/// </summary>
internal sealed class AdoptedMachines(MachinePaths paths, ISystemd host, Marker marker, AdoptedSettings settings)
{
    private const int MountInfoLimit = 4 * 1024 * 1024;

    private static readonly string[] Inits = ["/sbin/init", "/usr/lib/systemd/systemd", "/lib/systemd/systemd"];
    private static readonly string[] UnitDirectories = ["/etc/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system"];

    // Written last: where it is, everything else is.
    private static readonly RootFile Last = HeldBackUnits.Condition(Units.Kubelet);

    /// <summary>Whether a slot holds such a machine.</summary>
    public bool Is(SlotName slot) =>
        !paths.Files.System.IsDirectory(paths.SlotDirectory(slot)) && paths.Files.System.List(paths.MachineRoot(slot)).Count > 0;

    /// <summary>
    /// Whether it can be a node at all. It has no mark that says so: an agent that was cut off while it filled the root left a directory that is not
    /// empty either.
    /// </summary>
    /// <exception cref="Core.Errors.AgentException">Its root can't be looked into.</exception>
    public bool IsWhole(SlotName slot)
    {
        using var root = paths.Files.System.OpenRoot(paths.MachineRoot(slot));
        return NodeBinaries.FindKubelet(root.Exists) is not null
            && Inits.Any(root.Exists)
            && UnitDirectories.Any(d => root.Exists($"{d}/{Units.Kubelet}"));
    }

    /// <summary>Whether its kubelet has a client certificate, which it keeps in its own root.</summary>
    /// <exception cref="Core.Errors.AgentException">Its root can't be looked into.</exception>
    public bool HasCertificate(SlotName slot)
    {
        using var root = paths.Files.System.OpenRoot(paths.MachineRoot(slot));
        return root.Exists(InMachine.KubeletClientCertificate);
    }

    /// <summary>Whether it was made to obey the marker.</summary>
    /// <exception cref="Core.Errors.AgentException">Its root can't be looked into.</exception>
    public bool Obeys(SlotName slot)
    {
        using var root = paths.Files.System.OpenRoot(paths.MachineRoot(slot));
        return root.Exists(Last.Path);
    }

    /// <summary>
    /// Makes it obey the marker: before its kubelet is stopped for the first time, and wherever it is started. While it has not, it is the node when it
    /// runs, and is given the marker for that.
    /// </summary>
    /// <param name="slot">The machine; one that is not adopted is left alone.</param>
    /// <param name="node">It, when it runs.</param>
    /// <param name="cancellationToken">Cancels between two parts.</param>
    /// <exception cref="Core.Errors.AgentException">A part of it failed. The node works as before.</exception>
    public async Task ObeyAsync(SlotName slot, INode? node, CancellationToken cancellationToken)
    {
        if (!Is(slot))
        {
            return;
        }

        // In this order a power cut between any two leaves a machine that comes up as the node: the host side is ready to let it work before its
        // units begin to ask.
        if (await settings.ExtendAsync(slot, cancellationToken))
        {
            await host.ReloadAsync(cancellationToken);
        }

        if (node is not null && !Obeys(slot))
        {
            await marker.GrantAsync(slot, cancellationToken);
        }

        Follow(slot, node);
        await paths.Files.RunAsync(() => WriteUnits(slot), cancellationToken);
        await paths.Files.SyncFileSystemAsync(paths.MachineRoot(slot), cancellationToken);
        if (node is not null)
        {
            await node.Systemd.ReloadAsync(cancellationToken);
        }
    }

    /// <summary>
    /// Lets a machine that was started without the marker's bind see what the marker says: a file of its own, there exactly while it has the
    /// marker. A machine with the bind sees it anyway.
    /// </summary>
    /// <param name="slot">The machine; one that is not adopted is left alone.</param>
    /// <param name="node">It, when it runs.</param>
    public void Follow(SlotName slot, INode? node)
    {
        if (node is null || !Is(slot) || HasBind(node))
        {
            return;
        }

        using var root = node.OpenRoot();
        if (marker.Holder() == slot)
        {
            root.Write(InMachine.Marker, [], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        }
        else
        {
            root.Delete(InMachine.Marker);
        }
    }

    private void WriteUnits(SlotName slot)
    {
        using var root = paths.Files.System.OpenRoot(paths.MachineRoot(slot));
        var enabled = NodeBinaries.Find(root.Exists, root.List)?.EnabledHeldBack ?? [];
        IEnumerable<RootFile> files =
        [
            .. HeldBackUnits.Shared.Append(Units.Containerd).Select(HeldBackUnits.Condition),
            HeldBackUnits.Target(enabled),
            RootFile.Link($"/etc/systemd/system/multi-user.target.wants/{Units.NodeTarget}", $"../{Units.NodeTarget}"),
            Last,
        ];
        foreach (var file in files)
        {
            if (file.LinkTarget is { } target)
            {
                root.Link(file.Path, target);
            }
            else
            {
                root.Write(file.Path, Encoding.UTF8.GetBytes(file.Content!), file.Mode);
            }
        }
    }

    // proc_pid_mountinfo(5): the fifth field is the mount point, in the process' root.
    private static bool HasBind(INode node) =>
        BoundedFile.TryRead($"/proc/{node.Leader}/mountinfo", MountInfoLimit) is { } mounts
        && Encoding.UTF8.GetString(mounts).Split('\n').Any(l => l.Split(' ') is { Length: > 4 } fields && fields[4] == InMachine.MarkerDirectory);
}
