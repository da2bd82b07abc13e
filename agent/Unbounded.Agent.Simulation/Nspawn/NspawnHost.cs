using Microsoft.Extensions.Logging.Abstractions;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Linux.Files;
using Unbounded.Agent.Linux.Kernel;
using Unbounded.Agent.Machines.Adoption;
using Unbounded.Agent.Machines.Handover;
using Unbounded.Agent.Machines.Layout;
using Unbounded.Agent.Machines.Nodes;
using Unbounded.Agent.Machines.Prestart;
using Unbounded.Agent.Machines.Rootfs;
using Unbounded.Agent.Machines.Settings;
using Unbounded.Agent.Machines.Slots;
using Unbounded.Agent.Simulation.Clock;
using Unbounded.Agent.Simulation.Files;
using Unbounded.Agent.Simulation.Hosts;

namespace Unbounded.Agent.Simulation.Nspawn;

/// <summary>
/// The real machines backend over a simulated file system, systemd and machined: marks, links, units, settings and the marker are the files that it
/// writes, and what boots after a power cut is what systemd would find on the disk.
/// </summary>
internal sealed partial class NspawnHost : BackendHost
{
    // Checks that ask a real kubelet have stand-ins: nothing is ever sent.
    private static readonly HttpClient Loopback = new();

    private const string AgentBinary = "/usr/local/bin/unbounded-agent";

    private readonly SimFileSystem _files;
    private readonly MachinePaths _paths;
    private readonly MachineSlots _slots;
    private readonly Marker _marker;
    private readonly Enablement _enablement;
    private readonly MachinePrestart _prestart;
    private readonly SlotInspector _inspector;
    private readonly SimImages _images;
    private readonly SimCertificates _certificates;
    private readonly Dictionary<string, Target> _targets = new(StringComparer.Ordinal);

    public NspawnHost(Scissors scissors, VirtualTime time, SimFileSystem files)
        : base(scissors, time, [.. MachineSlots.BothNames])
    {
        _files = files;
        // A prefix that is on no host: what is not simulated finds nothing there and can change nothing.
        _paths = new MachinePaths("/proc/simulated") { Files = new DurableFiles(files) };
        files.Trees = TreeAt;
        scissors.Watching = Watch;
        _images = new SimImages(files, _paths, time);
        _certificates = new SimCertificates(files, _paths);
        var systemd = new SimHostSystemd(this);
        var nodes = new SimNodes(this);
        _marker = new Marker(_paths, Names);
        _enablement = new Enablement(_paths, Names);
        _prestart = new MachinePrestart(
            _paths, _marker, _enablement, new BindList(_paths), new SimMachined(), time, NullLogger<MachinePrestart>.Instance);
        var machines = new MachineService(systemd, time);
        var identity = new KubeletIdentity(_paths);
        var cache = new ImageCache(_paths);
        var adopted = new AdoptedMachines(_paths, systemd, _marker, new AdoptedSettings(_paths, AgentBinary));
        _inspector = new SlotInspector(_paths, Names, systemd, nodes, _marker, _enablement, adopted, _images);
        var remover = new SlotRemover(_paths, systemd, machines);
        var preparer = new SlotPreparer(
            _paths,
            machines,
            remover,
            new RootProvider(systemd, machines, _images),
            _images,
            _marker,
            identity,
            cache,
            new SoftwareCheck(nodes, time),
            time,
            AgentBinary);
        var processes = new SimProcesses(this);
        var handover = new NodeHandover(
            _paths,
            nodes,
            machines,
            new NodeSoftware(time, processes),
            processes,
            _marker,
            identity,
            cache,
            adopted,
            NullLogger<NodeHandover>.Instance);
        _slots = new MachineSlots(
            _inspector,
            preparer,
            remover,
            handover,
            machines,
            new LiveSettings(nodes, adopted),
            nodes,
            _images,
            _enablement,
            identity,
            adopted,
            _paths,
            systemd,
            Loopback,
            time);
    }

    public override SlotName? Permitted => _marker.Holder();

    public override SlotName? BootsNext => _enablement.Enabled();

    /// <summary>Where things are in the simulated file system.</summary>
    public MachinePaths Paths => _paths;

    /// <summary>Planted bug: machines are ended by a kill of their leader, and not by their service.</summary>
    public bool EndsMachinesByAKill { get; set; }

    protected override ISlots Backend => _slots;

    protected override bool BootDecides => false;

    public override void CopyFrom(SimHost other)
    {
        base.CopyFrom(other);
        EndsMachinesByAKill = ((NspawnHost)other).EndsMachinesByAKill;
        foreach (var (fingerprint, target) in ((NspawnHost)other)._targets)
        {
            _targets[fingerprint] = target;
        }
    }

    public override Task<SlotsObservation> InspectAsync(CancellationToken cancellationToken) => _slots.InspectAsync(cancellationToken);

    public override Task PrepareAsync(SlotName slot, Target target, IStepProgress progress, CancellationToken cancellationToken)
    {
        _targets[target.Fingerprint] = target;
        return _slots.PrepareAsync(slot, target, progress, cancellationToken);
    }

    public override async Task CommitAsync(SlotName slot)
    {
        Look();
        await base.CommitAsync(slot);
        NoteCommit(slot);
    }

    /// <summary>A slot is what its files say, not what it was filled with.</summary>
    public override void Look()
    {
        foreach (var side in Sides)
        {
            var mark = _inspector.MarkAsync(side.Name, CancellationToken.None).GetAwaiter().GetResult();
            var hasContent = _files.IsDirectory(_paths.SlotDirectory(side.Name)) || _files.List(_paths.MachineRoot(side.Name)).Count > 0;
            side.Content = mark is not null ? _targets[mark.Fingerprint] : hasContent ? side.Content ?? _targets.Values.FirstOrDefault() : null;
            side.Partial = mark is null && hasContent;
            if (mark is not null)
            {
                Require(IsWhole(side.Name, mark), $"law 9: {side.Name} is marked complete, and its content is not");
            }
        }

        Require(BootsNext is not { } committed || _certificates.IsUsable(committed), $"the kubelet's certificate of {BootsNext} is damaged, and the host boots it");
    }

    /// <summary>The machine's service fails, and its marker stays.</summary>
    public void Fail(SlotName slot) => this[slot].PowerOff();

    // What systemd does without the agent: it boots the machines that are linked, each through the agent's prestart.
    protected override void BootCommitted()
    {
        foreach (var side in Sides.Where(s => _enablement.IsEnabled(s.Name)))
        {
            BootAsync(side, TimeSpan.Zero).GetAwaiter().GetResult();
        }
    }

    protected override void Watch()
    {
        var kubelets = Sides.Where(s => s.Kubelet).ToList();
        if (kubelets.Count == 0)
        {
            return;
        }

        Require(kubelets.Count == 1, "law 10: two kubelets run");
        Require(Sides.All(s => s == kubelets[0] || s.Pods == 0), "law 10: a pod of the other side is alive while a kubelet runs");
    }

    private bool IsWhole(SlotName slot, SlotMark mark) =>
        SimTree.IsWhole(_files, mark.Lower is null ? _paths.MachineRoot(slot) : _paths.Upper(slot))
        && _files.Find(_paths.BindList(slot)) is { Type: FileKind.Regular };

    private SimTree? TreeAt(string directory) =>
        Names.Where(n => string.Equals(directory, _paths.MachineRoot(n), StringComparison.Ordinal))
            .Select(n => new SimTree(_files, directory, _ => VersionOf(n)))
            .FirstOrDefault();

    // What the kubelet in it prints.
    private byte[] VersionOf(SlotName slot)
    {
        var image = this[slot].Image ?? "";
        var version = image[(image.IndexOf(':', StringComparison.Ordinal) + 1)..];
        return System.Text.Encoding.UTF8.GetBytes(
            Nature.Of(image) == Nature.WrongVersion ? "Kubernetes v1.0.0\n" : $"Kubernetes v{version}\n");
    }
}
