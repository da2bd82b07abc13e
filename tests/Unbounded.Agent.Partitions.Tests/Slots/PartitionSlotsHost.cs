using Unbounded.Agent.Contracts;
using Unbounded.Agent.Core.Configuration;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Images.References;
using Unbounded.Agent.Linux.Files;
using Unbounded.Agent.Partitions.Layout;
using Unbounded.Agent.Partitions.Slots;
using Unbounded.Agent.Partitions.Sources;
using Unbounded.Agent.Partitions.Tests.Boot;
using Unbounded.Agent.Partitions.Tests.Support;
using Unbounded.Agent.Partitions.Writing;

namespace Unbounded.Agent.Partitions.Tests.Slots;

/// <summary>The real partitions backend for the contract's tests: loop devices, a boot environment on a FAT file system, a model of the boot loader.</summary>
internal sealed class PartitionSlotsHost : ISlotsHost
{
    private const int ImageBytes = 3 << 20;

    private readonly PartitionScene _scene = new();
    private readonly HttpClient _http = new();

    private readonly IBootHost _boot;

    public PartitionSlotsHost(IBootHost boot)
    {
        _boot = boot;
        Partitions = Create();
        Note(PartitionScene.A, Good(1), complete: true);
    }

    public ISlots Slots => Partitions;

    public TimeProvider Time => TimeProvider.System;

    public bool ActivationEndsProcess => true;

    /// <summary>Its file is another one than was announced.</summary>
    public Target? Bad => Make(9, TestImages.Sha256([1, 2, 3]));

    public PartitionSlots Partitions { get; private set; }

    public Target Good(int number) => Make(number, file: null);

    // The system in a slot is its node software: it runs while the slot does.
    public Task<bool> RunsNodeSoftwareAsync(SlotName slot) => Task.FromResult(_scene.Running == slot);

    public Task<string?> InvocationAsync(SlotName slot) => Task.FromResult(_scene.Running == slot ? _scene.BootId : null);

    public Task LeaveHalfBuiltAsync(SlotName slot)
    {
        Note(slot, Good(8), complete: false);
        return Task.CompletedTask;
    }

    // A slot that went down takes the host with it: there is nobody left to see it.
    public Task TakeDownAsync(SlotName slot) => Task.CompletedTask;

    public Task NewProcessAsync()
    {
        Partitions = Create();
        return Task.CompletedTask;
    }

    public async Task RebootAsync()
    {
        _scene.Boot(_boot.Reboot());
        Partitions = Create();
        await Partitions.ArriveAsync(CancellationToken.None);
    }

    public ValueTask DisposeAsync()
    {
        _scene.Dispose();
        _http.Dispose();
        return ValueTask.CompletedTask;
    }

    private PartitionSlots Create() => new(
        new SlotTable(_scene.Paths),
        _boot.Environment,
        Notes(),
        new UpdateSource(_http, TimeProvider.System),
        new SlotDevices(),
        new SlotChecks(_scene.Paths.OsRelease, systemd: null),
        new NoReboot());

    private SlotNotes Notes() => new(new DurableStore(), _scene.Paths.Notes);

    private void Note(SlotName slot, Target target, bool complete) => Notes().WriteAsync(
        slot,
        new()
        {
            Complete = complete,
            Fingerprint = target.Fingerprint,
            Image = target.Config.OCIImage!,
            Version = target.Config.Cluster.Version,
            SizeBytes = ImageBytes,
        },
        CancellationToken.None).GetAwaiter().GetResult();

    private Target Make(int number, string? file)
    {
        var path = _scene.Path($"image-{number}");
        var content = TestImages.Content(number, ImageBytes);
        if (!File.Exists(path))
            File.WriteAllBytes(path, content);
        var image = new PartitionImage(new Uri(path), ImageBytes, ContentDigest.FromHex(file ?? TestImages.Sha256(content))!, Content: null);
        var config = new AgentConfig
        {
            MachineName = "host",
            Cluster = new() { Version = $"1.0.{number}" },
            Kubelet = new(),
            OCIImage = image.ToString(),
        };
        return new(TestImages.Sha256([(byte)number]), config, new UpdatePolicy());
    }

    private sealed class NoReboot : IHostReboot
    {
        public Task RebootAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
