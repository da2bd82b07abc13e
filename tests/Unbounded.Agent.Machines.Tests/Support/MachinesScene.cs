using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Unbounded.Agent.Core.Configuration;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Machines.Adoption;
using Unbounded.Agent.Machines.Handover;
using Unbounded.Agent.Machines.Layout;
using Unbounded.Agent.Machines.Nodes;
using Unbounded.Agent.Machines.Rootfs;
using Unbounded.Agent.Machines.Slots;

namespace Unbounded.Agent.Machines.Tests.Support;

/// <summary>
/// The whole backend on a temporary root: real files and real overlay mounts, systemd in memory. Its machines do what real ones do: booting takes the
/// marker's word, node software starts behind the marker alone, and two kubelets at once fail the test.
/// </summary>
internal sealed partial class MachinesScene : IAsyncDisposable
{
    public MachinesScene()
    {
        Root.Write("/proc/1/status", "CapBnd:\t000001ffffffffff\n");
        Root.Write("/etc/resolv.conf", "nameserver 192.0.2.53\n");
        Images = new FakeImages(Paths.Store);
        Marker = new Marker(Paths, Targets.Both);
        Enablement = new Enablement(Paths, Targets.Both);
        Identity = new KubeletIdentity(Paths);
        Cache = new ImageCache(Paths);
        var machines = new MachineService(Host, Time);
        Adopted = new AdoptedMachines(Paths, Host, Marker, new AdoptedSettings(Paths, "/usr/local/bin/unbounded-agent"));
        Inspector = new SlotInspector(Paths, Targets.Both, Host, Nodes, Marker, Enablement, Adopted, Images);
        Remover = new SlotRemover(Paths, Host, machines);
        Preparer = new SlotPreparer(
            Paths,
            machines,
            Remover,
            new RootProvider(Host, machines, Images),
            Images,
            Marker,
            Identity,
            Cache,
            new SoftwareCheck(Nodes, Time),
            Time,
            "/usr/local/bin/unbounded-agent");
        var handover = new NodeHandover(
            Paths,
            Nodes,
            machines,
            new Machines.Nodes.NodeSoftware(Time),
            new PodProcesses(Time),
            Marker,
            Identity,
            Cache,
            Adopted,
            NullLogger<NodeHandover>.Instance);
        Slots = new MachineSlots(
            Inspector,
            Preparer,
            Remover,
            handover,
            machines,
            new LiveSettings(Nodes, Adopted),
            Nodes,
            Images,
            Enablement,
            Identity,
            Adopted,
            Paths,
            Host,
            new HttpClient(),
            Time);
        Nodes.IsBooted = slot => Host.Unit(Units.Machine(slot)).State.IsActive;
        foreach (var slot in Targets.Both)
        {
            Define(slot);
        }
    }

    public TemporaryRoot Root { get; } = new();

    public MachinePaths Paths => Root.Paths;

    public FakeSystemd Host { get; } = new();

    public FakeNodes Nodes { get; } = new();

    public FakeImages Images { get; }

    public Marker Marker { get; }

    public Enablement Enablement { get; }

    public KubeletIdentity Identity { get; }

    public ImageCache Cache { get; }

    public AdoptedMachines Adopted { get; }

    public SlotInspector Inspector { get; }

    public SlotRemover Remover { get; }

    public SlotPreparer Preparer { get; }

    public MachineSlots Slots { get; }

    public RecordingProgress Progress { get; } = new();

    public TimeProvider Time { get; } = TimeProvider.System;

    /// <summary>What kubelet and containerd do in machines that boot from now on.</summary>
    public Action<SlotName, FakeNode> Software { get; set; } = (_, _) => { };

    /// <summary>Puts an image into the store.</summary>
    /// <returns>A target that asks for it.</returns>
    public Target Image(string tag, string version, Func<AgentConfig, AgentConfig>? change = null)
    {
        var config = Configs.Standalone(version) with { OCIImage = $"oci-layout:///images/node:{tag}" };
        config = change?.Invoke(config) ?? config;
        var tree = Images.Tree(config.OCIImage!);
        foreach (var directory in (string[])["usr/local/bin", "etc/systemd/system", "usr/lib/systemd/system/sysinit.target.wants", "run"])
        {
            Directory.CreateDirectory(Path.Combine(tree, directory));
        }

        File.WriteAllText(Path.Combine(tree, "usr/local/bin/kubelet"), version);
        File.WriteAllText(Path.Combine(tree, "usr/lib/systemd/system/sysinit.target.wants/systemd-sysctl.service"), "");
        return Targets.Of(config) with { Fingerprint = tag };
    }

    /// <summary>A running machine.</summary>
    public FakeNode Node(SlotName slot) => (FakeNode)Nodes[slot]!;

    /// <summary>Prepares a slot and makes it the committed node.</summary>
    public async Task InstallAsync(SlotName slot, Target target)
    {
        await Slots.PrepareAsync(slot, target, Progress, default);
        await Slots.ActivateAsync(slot, Progress, default);
        await Slots.CommitAsync(slot);
    }

    /// <summary>What a machine's kubelet writes once it has joined.</summary>
    public void GiveCertificate(SlotName slot, string name = "2026", string? pem = null)
    {
        Identity.EnsureDirectory(slot);
        File.WriteAllText(Path.Combine(Paths.Identity(slot), $"kubelet-client-{name}.pem"), pem ?? name);
        var link = Path.Combine(Paths.Identity(slot), "kubelet-client-current.pem");
        File.Delete(link);
        File.CreateSymbolicLink(link, $"/var/lib/kubelet/pki/kubelet-client-{name}.pem");
    }

    /// <summary>Power is cut and comes back: what was on tmpfs and what ran is gone. Nothing is started.</summary>
    public void BootHost()
    {
        foreach (var slot in Targets.Both)
        {
            Unmount(slot);
            EndMachine(slot);
            Host.Unit(Units.Machine(slot)).State = new(Units.Machine(slot));
            Host.Unit(Units.RootMount(slot)).State = new(Units.RootMount(slot));
        }

        if (Directory.Exists(Root.Path + "/run"))
        {
            Directory.Delete(Root.Path + "/run", recursive: true);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var slot in Targets.Both)
        {
            Unmount(slot);
        }

        await Host.DisposeAsync();
        _processes?.Dispose();
        Root.Dispose();
    }

    private void Define(SlotName slot)
    {
        var mount = Host.Unit(Units.RootMount(slot));
        mount.Starting = _ => Mount(slot);
        mount.Stopping = _ =>
        {
            Unmount(slot);
            return Task.CompletedTask;
        };
        var service = Host.Unit(Units.Machine(slot));
        service.Starting = _ => BootAsync(slot);
        service.Stopping = _ =>
        {
            EndMachine(slot);
            return Task.CompletedTask;
        };
    }

    private async Task BootAsync(SlotName slot)
    {
        if (Nodes[slot] is not null)
        {
            return;
        }

        // RequiresMountsFor= of the template.
        if (File.Exists(Paths.RootMountUnit(slot)))
        {
            await Host.StartAsync(Units.RootMount(slot));
        }

        await PrestartAsync(slot);
        var node = NewNode(slot);
        Software(slot, node);
        await StartSoftwareAsync(slot, node);
    }

    private async Task StartSoftwareAsync(SlotName slot, FakeNode node)
    {
        if (!node.MayWork())
        {
            return;
        }

        foreach (var other in Targets.Both.Where(s => s != slot))
        {
            Assert.False(Nodes[other] is FakeNode { Fake: var fake } && fake.Unit(Units.Kubelet).IsActive, "two kubelets");
        }

        await node.Fake.StartAsync(Units.Containerd);
        await node.Fake.StartAsync(Units.Kubelet);
    }

    private Task Mount(SlotName slot)
    {
        var unit = File.ReadAllLines(Paths.RootMountUnit(slot));
        return IsMounted(slot) ? Task.CompletedTask : RunAsync("mount", "-t", Value("Type"), Value("What"), "-o", Value("Options"), Value("Where"));

        string Value(string key) => unit.Single(l => l.StartsWith(key + "=", StringComparison.Ordinal))[(key.Length + 1)..];
    }

    private void Unmount(SlotName slot)
    {
        if (IsMounted(slot))
        {
            // What was open in there may be open for a moment longer, in a process that another test starts, between its fork and its exec: the root goes at
            // once, as it does where nobody else is.
            RunAsync("umount", "-l", Paths.MachineRoot(slot)).GetAwaiter().GetResult();
        }
    }

    private bool IsMounted(SlotName slot) =>
        File.ReadLines("/proc/self/mounts").Any(l => l.Split(' ')[1] == Paths.MachineRoot(slot));

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, UseShellExecute = false })!;
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"This test needs root and overlay: {program} {string.Join(' ', arguments)} said: {error}");
    }
}
