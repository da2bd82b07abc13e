using System.Text;
using System.Text.Json;
using Unbounded.Agent.Core.Configuration;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Linux.Files;
using Unbounded.Agent.Machines.Gpu;
using Unbounded.Agent.Machines.Handover;
using Unbounded.Agent.Machines.Layout;
using Unbounded.Agent.Machines.Nodes;
using Unbounded.Agent.Machines.Rootfs;
using Unbounded.Agent.Machines.Settings;

namespace Unbounded.Agent.Machines.Slots;

/// <summary>Makes a slot into a target and boots it, held back, beside the running one, of which it touches nothing (law 12).</summary>
internal sealed class SlotPreparer(
    MachinePaths paths,
    MachineService machines,
    SlotRemover remover,
    IRootProvider roots,
    INodeImages images,
    Marker marker,
    KubeletIdentity identity,
    ImageCache cache,
    SoftwareCheck check,
    TimeProvider time,
    string agentBinary)
{
    // What the handover starts must not be read from disk while the node is down.
    private static readonly string[] StartedAtTheHandover =
        ["/usr/bin/containerd", "/usr/local/bin/containerd", "/usr/local/bin/kubelet", "/usr/bin/kubelet"];

    private const UnixFileMode PublicFile =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private const UnixFileMode PublicDirectory =
        PublicFile | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private const UnixFileMode PrivateDirectory = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Fills a slot and boots it.</summary>
    /// <param name="slot">The slot; what is in it is given up.</param>
    /// <param name="target">What it is to become.</param>
    /// <param name="hasCertificate">Whether a kubelet identity will be there at the handover.</param>
    /// <param name="progress">Receives sub-steps.</param>
    /// <param name="cancellationToken">Cancels at any instant; the slot is partial then.</param>
    public async Task PrepareAsync(SlotName slot, Target target, bool hasCertificate, IStepProgress progress, CancellationToken cancellationToken)
    {
        var reference = target.Config.OCIImage ?? throw new AgentException(
            MachinesErrors.NoImage,
            "The node can't be prepared",
            "the desired state names no node image",
            "Set spec.agent.image in the Machine, or OCIImage in config.json.");
        progress.Begin("clear");
        await SweepAsync(progress, cancellationToken);
        await remover.ClearAsync(slot, cancellationToken);
        await paths.Files.RunAsync(() => identity.Clear(slot), cancellationToken);
        progress.Begin("fetch");
        var image = await images.EnsureAsync(reference, progress, cancellationToken);
        progress.Begin("root");
        EnsureHostDirectories(slot);
        WarnOf(slot, await LayDownAsync(slot, target, image, hasCertificate, progress, cancellationToken), progress);
        await StartAsync(slot, target, progress, cancellationToken);
    }

    // What an interrupted run left behind takes space, but stands in nobody's way.
    private async Task SweepAsync(IStepProgress progress, CancellationToken cancellationToken)
    {
        try
        {
            await remover.SweepAsync(cancellationToken);
            await paths.Files.RunAsync(() => cache.Sweep(cancellationToken), cancellationToken);
        }
        catch (AgentException e)
        {
            progress.Warn($"{e.What}: {e.Why}");
        }
    }

    /// <summary>Boots a retained slot again.</summary>
    public async Task BootAsync(SlotName slot, Target target, IStepProgress progress, CancellationToken cancellationToken)
    {
        EnsureHostDirectories(slot);
        WarnOf(slot, await new BindList(paths).WriteSettingsAsync(slot, cancellationToken), progress);
        await StartAsync(slot, target, progress, cancellationToken);
    }

    private static void WarnOf(SlotName slot, IReadOnlyList<string>? missing, IStepProgress progress)
    {
        foreach (var source in missing ?? [])
        {
            progress.Warn($"{source} is not on the host: machine {slot} starts without it");
        }
    }

    private async Task StartAsync(SlotName slot, Target target, IStepProgress progress, CancellationToken cancellationToken)
    {
        progress.Begin("boot");
        await machines.BootAsync(slot, cancellationToken);
        progress.Begin("check-software");
        await paths.Files.RunAsync(() => WarmSoftware(slot), cancellationToken);
        await check.RunAsync(slot, target, cancellationToken);
    }

    // Everything but the mark is made durable together: a crash before the mark leaves a partial slot, whatever else of it is there.
    private async Task<IReadOnlyList<string>?> LayDownAsync(
        SlotName slot, Target target, NodeImage image, bool hasCertificate, IStepProgress progress, CancellationToken cancellationToken)
    {
        var syncs = new DeferredSyncs(paths.Files.System);
        var bulk = paths with { Files = new DurableFiles(syncs) };
        var binds = new BindList(bulk);
        bulk.Files.CreateDirectory(paths.SlotDirectory(slot), PublicDirectory);
        var driver = NvidiaFinder.Find(paths.Root);
        var seen = HostBinds.For(slot, target.Config, paths, driver);
        await binds.SaveAsync(slot, seen, cancellationToken);
        var missing = await binds.WriteSettingsAsync(slot, cancellationToken);
        bulk.Files.CreateDirectory(paths.DropInDirectory(slot), PublicDirectory);
        await bulk.Files.WriteIfChangedAsync(
            paths.DropIn(slot),
            Encoding.UTF8.GetBytes(MachineDropIn.Render(
                slot, seen.Where(b => b.IsDevice).Select(b => b.Source), target.Policy.HealthGate.BootTimeout, agentBinary)),
            PublicFile,
            owner: null,
            cancellationToken);
        var lower = await roots.ProvideAsync(slot, image, bulk, progress, cancellationToken);
        var nodeName = NodeNames.Of(target.Config);
        await paths.Files.RunAsync(() => WriteContent(slot, target.Config, nodeName, image, hasCertificate, driver), cancellationToken);
        // An overlay syncs its upper side; a root of its own may be on another file system than the slot's directory.
        syncs.SyncDirectory(paths.MachineRoot(slot));
        await paths.Files.RunAsync(syncs.Flush, cancellationToken);
        var mark = new SlotMark(
            target.Fingerprint,
            image.Reference,
            image.Digest,
            target.Config.Cluster.Version,
            nodeName,
            lower,
            time.GetUtcNow(),
            ClusterIdentity.Of(target.Config));
        await paths.Files.WriteAsync(
            paths.SlotMark(slot),
            JsonSerializer.SerializeToUtf8Bytes(mark, MachinesJson.Default.SlotMark),
            PublicFile,
            owner: null,
            cancellationToken);
        return missing;
    }

    private void WriteContent(SlotName slot, AgentConfig config, string nodeName, NodeImage image, bool hasCertificate, NvidiaDriver? driver)
    {
        using var root = paths.Files.System.OpenRoot(paths.MachineRoot(slot));
        var binaries = NodeBinaries.Find(root.Exists, root.List) ?? throw new AgentException(
            MachinesErrors.NoKubelet,
            $"Image {image.Reference} can't be a node",
            "it has no kubelet in /usr/local/bin, /usr/bin or /opt/bin",
            "Use an image that carries the node software.");
        var files = RootContent.For(config, nodeName, binaries, HostFacts.Read(paths.Root), hasCertificate, driver is not null)
            .Concat(ContainerdUnit.WithoutModules(root.TryRead));
        foreach (var file in driver is null ? files : files.Concat(NvidiaFiles.For(driver, root.Exists)))
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

        foreach (var directory in InMachine.MountPoints)
        {
            root.MakeDirectory(directory);
        }
    }

    // Within the machine's root: a link of the image leads nowhere else.
    private void WarmSoftware(SlotName slot)
    {
        using var root = paths.Files.System.OpenRoot(paths.MachineRoot(slot));
        foreach (var binary in StartedAtTheHandover)
        {
            root.Warm(binary);
        }
    }

    private void EnsureHostDirectories(SlotName slot)
    {
        marker.EnsureDirectories();
        identity.EnsureDirectory(slot);
        paths.Files.CreateDirectory(paths.SharedContainerd, PrivateDirectory);
        paths.Files.CreateDirectory(paths.SharedPods, PrivateDirectory);
    }
}
