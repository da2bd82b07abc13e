using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Images.References;
using Unbounded.Agent.Linux.Files;
using Unbounded.Agent.Partitions.Boot;
using Unbounded.Agent.Partitions.Boot.Grub;
using Unbounded.Agent.Partitions.Layout;
using Unbounded.Agent.Partitions.Slots;
using Unbounded.Agent.Simulation.Files;
using Unbounded.Agent.Simulation.Hosts;

namespace Unbounded.Agent.Simulation.Disks;

/// <summary>
/// The real partitions backend over simulated files, devices and a boot loader: the boot environment, the notes and the order of preparation are the product's,
/// and what boots after a power cut is what GRUB would find in its environment.
/// </summary>
internal sealed class DiskHost : BackendHost, IBootedSlots, ISlotTable, IHostReboot
{
    private const string Notes = "/var/lib/unbounded/update/slots";
    private const long SlotBytes = 1L << 30;

    // More boots than a slot on trial has: a host that goes on failing has lost its node.
    private const int MostBoots = 8;

    private readonly SimBootFiles _files;
    private readonly SimSlotDevices _devices;
    private readonly SimGrub _grub;
    private readonly PartitionSlots _slots;
    private readonly SimFileSystem _data;
    private readonly Dictionary<string, Target> _targets = new(StringComparer.Ordinal);
    private SlotName? _running;
    private bool _arrived;

    public DiskHost(Scissors scissors, TimeProvider time, SimFileSystem data)
        : base(scissors, time, [.. SlotTable.Names])
    {
        _data = data;
        _files = new(scissors) { Changed = Note };
        _devices = new(scissors, time);
        _grub = new(_files, "/boot/efi/grub");
        scissors.Watching = Watch;
        Environment = new GrubEnvironment("/boot/efi/grub", SlotTable.Names, _files);
        _slots = new(
            this,
            Environment,
            new SlotNotes(new DurableStore(new DurableFiles(data)), Notes),
            _devices,
            _devices,
            new SlotChecks("/proc/simulated/os-release", systemd: null),
            this);
    }

    /// <summary>What decides which slot boots.</summary>
    public IBootEnvironment Environment { get; }

    /// <summary>Planted bug: the environment is truncated before it is written.</summary>
    public bool TruncatesItsEnvironment
    {
        get => _files.Truncates;
        set => _files.Truncates = value;
    }

    /// <summary>Planted bug: there is no second copy.</summary>
    public bool HasNoCopy
    {
        get => _files.Loses is not null;
        set => _files.Loses = value ? GrubEnvironment.CopyName : null;
    }

    /// <summary>Planted bug: a slot is said to be written before its content is synced.</summary>
    public bool SyncsLate
    {
        get => _devices.SyncsLate;
        set => _devices.SyncsLate = value;
    }

    public override SlotName? Permitted => _running;

    public override SlotName? BootsNext => _grub.State.BootsNext(Names);

    public override bool MayBootATrial => true;

    protected override ISlots Backend => _slots;

    protected override bool BootDecides => true;

    string ISlotTable.BootId => BootId;

    public SlotPartition Find(SlotName slot) => new(slot, SlotTable.LabelOf(slot), $"/dev/{slot}", (8, 1), SlotBytes);

    SlotName ISlotTable.Running() => _running!.Value;

    Task IHostReboot.RebootAsync(CancellationToken cancellationToken)
    {
        GoesDown = true;
        return Scissors.HappenedAsync("reboot");
    }

    /// <summary>A disk as it leaves the factory: A holds a system and is committed.</summary>
    public void SetUp(SlotName slot, Target target)
    {
        _targets[ImageOf(target)] = target;
        _devices.Put(slot, ImageOf(target), whole: true);
        var block = GrubVariables.Put(GrubEnvBlock.Empty, new(slot, Proven: true, 0, [slot]), Names).ToBytes()!;
        _files.Put(_grub.First, block);
        _files.Put(_grub.Copy, block);
        BootCommitted();
        Look();
    }

    /// <summary>Half of an image is in a slot.</summary>
    public void LeaveHalf(SlotName slot, Target target)
    {
        _targets[ImageOf(target)] = target;
        _devices.Put(slot, ImageOf(target), whole: false);
        Remember(slot, target, complete: false);
    }

    /// <summary>A note of a slot, as the agent that filled it has left it.</summary>
    public void Remember(SlotName slot, Target target, bool complete = true)
    {
        var note = new SlotNote
        {
            Complete = complete,
            Fingerprint = target.Fingerprint,
            Image = Reference(target),
            Version = target.Config.Cluster.Version,
            SizeBytes = SlotBytes / 2,
        };
        _data.Put($"{Notes}/{slot}.json", JsonSerializer.SerializeToUtf8Bytes(note, SlotJson.Default.SlotNote));
        Look();
    }

    public override void CopyFrom(SimHost other)
    {
        base.CopyFrom(other);
        var host = (DiskHost)other;
        _running = host._running;
        _files.CopyFrom(host._files);
        _devices.CopyFrom(host._devices);
        foreach (var (image, target) in host._targets)
        {
            _targets[image] = target;
        }
    }

    public override async Task<SlotsObservation> InspectAsync(CancellationToken cancellationToken)
    {
        // The health check's unit runs before anything else of the agent.
        if (!_arrived)
        {
            await _slots.ArriveAsync(cancellationToken);
            _arrived = true;
        }

        return await _slots.InspectAsync(cancellationToken) with { NodeHasCertificate = true };
    }

    public override Task PrepareAsync(SlotName slot, Target target, IStepProgress progress, CancellationToken cancellationToken)
    {
        _targets[ImageOf(target)] = Behaving(target);
        return _slots.PrepareAsync(slot, target with { Config = target.Config with { OCIImage = Reference(target) } }, progress, cancellationToken);
    }

    public Task ArriveAsync(CancellationToken cancellationToken) => _slots.ArriveAsync(cancellationToken);

    /// <summary>The sides are what the boot environment, the notes and the devices say.</summary>
    public override void Look()
    {
        foreach (var side in Sides)
        {
            var bootable = _grub.State.IsBootable(side.Name);
            var noted = _data.Peek($"{Notes}/{side.Name}.json") is not null;
            var content = _devices.Content(side.Name);
            // What nobody knows of is not there: it is written over without being looked at.
            side.Content = (bootable || noted) && content is { } c ? _targets[c.Image] : null;
            side.Partial = !bootable || content is not { Whole: true };
        }
    }

    protected override void BootCommitted()
    {
        _running = null;
        _arrived = false;
        for (var boots = 0; boots < MostBoots && _running is null; boots++)
        {
            var slot = _grub.Boot();
            Look();
            // A kernel that panics reboots.
            _running = this[slot].Complete && this[slot].Nature is not (Nature.NeverBoots or Nature.ContainerdFails) ? slot : null;
        }

        if (_running is { } up)
        {
            this[up].Booted = true;
            this[up].BootCount++;
            this[up].Containerd = true;
            StartKubelet(this[up]);
        }
    }

    protected override void Watch()
    {
        var state = _grub.State;
        foreach (var slot in state.Bootable)
        {
            Require(_devices.Content(slot) is { Whole: true }, $"slot {slot} may be booted and is not complete");
        }

        var next = state.BootsNext(Names);
        Require(state.IsBootable(next), $"law 11: the boot loader takes slot {next}, which is not complete");
    }

    private void Note(string path, byte[] content)
    {
        if (path == _grub.First && _grub.State is { Proven: true } state && Commits.LastOrDefault() is var last && last.Slot != state.Active)
        {
            Look();
            NoteCommit(state.Active);
        }
    }

    // An image of an index says by its directory how it behaves.
    private static Target Behaving(Target target) => PartitionImage.TryParse(target.Config.OCIImage ?? "") is { } image
        ? target with { Config = target.Config with { OCIImage = $"{image.Location.Segments[1].TrimEnd('/')}:{target.Config.Cluster.Version}" } }
        : target;

    private static string ImageOf(Target target) => $"/{target.Fingerprint}";

    private static string Reference(Target target) =>
        new PartitionImage(
            new Uri($"file:///{target.Fingerprint}"),
            SlotBytes / 2,
            ContentDigest.FromHex(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(target.Fingerprint))))!,
            Content: null).ToString();
}
