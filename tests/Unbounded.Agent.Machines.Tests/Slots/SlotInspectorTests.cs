using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Linux.DBus.Systemd;
using Unbounded.Agent.Machines.Layout;
using Unbounded.Agent.Machines.Tests.Support;

namespace Unbounded.Agent.Machines.Tests.Slots;

public sealed class SlotInspectorTests : IAsyncLifetime
{
    private readonly MachinesScene _scene = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _scene.DisposeAsync();

    [Fact]
    public async Task InspectAsync_FreshHost_BothAreEmpty()
    {
        var slots = await InspectAsync();

        Assert.All(slots.Slots, s => Assert.Equal(SlotState.Empty, s.State));
        Assert.Equal((null, null), (slots.Permitted, slots.BootsNext));
        Assert.Equal((await File.ReadAllTextAsync("/proc/sys/kernel/random/boot_id")).Trim(), slots.HostBootId);
        Assert.False(slots.BootDecides);
        Assert.NotEmpty(slots.HandoverNotes);
    }

    [Fact]
    public async Task InspectAsync_PreparedSlot_TellsWhatIsInIt()
    {
        await _scene.Slots.PrepareAsync(Targets.One, _scene.Image("v1", "1.20.2"), _scene.Progress, default);

        var slot = (await InspectAsync())[Targets.One];

        Assert.Equal(SlotState.HeldBack, slot.State);
        Assert.Equal(("v1", "oci-layout:///images/node:v1", "1.20.2"), (slot.Fingerprint, slot.Image, slot.KubernetesVersion));
        Assert.Equal(FakeImages.DigestOf("oci-layout:///images/node:v1"), slot.ImageDigest);
        Assert.Equal(_scene.Node(Targets.One).BootId, slot.BootId);
        Assert.Equal(4711, slot.SizeBytes);
    }

    [Fact]
    public async Task InspectAsync_ContentWithoutItsMark_IsPartial()
    {
        Directory.CreateDirectory(_scene.Paths.Upper(Targets.Two));

        Assert.Equal(SlotState.Partial, (await InspectAsync())[Targets.Two].State);
    }

    [Theory]
    [InlineData("")]
    [InlineData("garbage")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[1,2]")]
    [InlineData("{\"fingerprint\":null,\"image\":\"x\",\"imageDigest\":\"x\",\"kubernetesVersion\":\"x\",\"nodeName\":\"x\",\"lower\":null,\"preparedAt\":\"2026-01-01T00:00:00Z\"}")]
    public async Task InspectAsync_MarkThatCantBeRead_IsPartialAndStopsNothing(string content)
    {
        Directory.CreateDirectory(_scene.Paths.SlotDirectory(Targets.Two));
        await File.WriteAllTextAsync(_scene.Paths.SlotMark(Targets.Two), content);

        Assert.Equal(SlotState.Partial, (await InspectAsync())[Targets.Two].State);
        await _scene.Slots.PrepareAsync(Targets.Two, _scene.Image("v1", "1.20.2"), _scene.Progress, default);
        Assert.Equal(SlotState.HeldBack, (await InspectAsync())[Targets.Two].State);
    }

    [Fact]
    public async Task Law16_InspectAsync_MarkWithoutEnd_IsNotRead()
    {
        Directory.CreateDirectory(_scene.Paths.SlotDirectory(Targets.Two));
        await File.WriteAllTextAsync(_scene.Paths.SlotMark(Targets.Two), new string(' ', 65 * 1024));

        Assert.Equal(SlotState.Partial, (await InspectAsync())[Targets.Two].State);
    }

    [Fact]
    public async Task InspectAsync_DirectoryInPlaceOfTheMark_IsPartialAndCanBePrepared()
    {
        Directory.CreateDirectory(_scene.Paths.SlotMark(Targets.Two));

        Assert.Equal(SlotState.Partial, (await InspectAsync())[Targets.Two].State);
        await _scene.Slots.PrepareAsync(Targets.Two, _scene.Image("v1", "1.20.2"), _scene.Progress, default);
        Assert.Equal(SlotState.HeldBack, (await InspectAsync())[Targets.Two].State);
    }

    [Fact]
    public async Task InspectAsync_NodeWhoseMarkIsDamaged_StillRuns()
    {
        await _scene.InstallAsync(Targets.One, _scene.Image("v1", "1.20.2"));
        await File.WriteAllTextAsync(_scene.Paths.SlotMark(Targets.One), "garbage");

        var slots = await InspectAsync();

        Assert.Equal(Targets.One, slots.Permitted);
        Assert.Equal(SlotState.Running, slots[Targets.One].State);
        Assert.Null(slots[Targets.One].Fingerprint);
    }

    [Fact]
    public async Task InspectAsync_NodeWhoseMachineEnded_IsDown()
    {
        await _scene.InstallAsync(Targets.One, _scene.Image("v1", "1.20.2"));
        await _scene.Host.StopAsync(Units.Machine(Targets.One));

        Assert.Equal(SlotState.Down, (await InspectAsync())[Targets.One].State);
    }

    [Fact]
    public async Task InspectAsync_HostBootedAndNothingCameUp_EnabledSideIsDown()
    {
        await _scene.InstallAsync(Targets.One, _scene.Image("v1", "1.20.2"));
        _scene.BootHost();

        var slots = await InspectAsync();

        Assert.Equal((null, Targets.One), (slots.Permitted, slots.BootsNext));
        Assert.Equal(SlotState.Down, slots[Targets.One].State);
    }

    [Fact]
    public async Task InspectAsync_MachineThatIsStillBooting_IsDownForNow()
    {
        await _scene.InstallAsync(Targets.One, _scene.Image("v1", "1.20.2"));
        var unit = _scene.Host.Unit(Units.Machine(Targets.One));
        unit.State = unit.State with { ActiveState = ActiveState.Activating };

        Assert.Equal(SlotState.Down, (await InspectAsync())[Targets.One].State);
    }

    [Fact]
    public async Task InspectAsync_MarkerOnItsWay_NobodyIsPermitted()
    {
        await _scene.InstallAsync(Targets.One, _scene.Image("v1", "1.20.2"));
        await _scene.Marker.WithdrawAsync(Targets.One, default);

        var slots = await InspectAsync();

        Assert.Null(slots.Permitted);
        Assert.Equal(SlotState.HeldBack, slots[Targets.One].State);
    }

    [Fact]
    public async Task InspectAsync_MachineOfAnotherAgentThatRuns_IsTheNode()
    {
        RunForeign(Targets.One);

        var slots = await InspectAsync();

        Assert.Equal(Targets.One, slots.Permitted);
        Assert.Equal(SlotState.Running, slots[Targets.One].State);
        Assert.Null(slots[Targets.One].Fingerprint);
    }

    [Fact]
    public async Task InspectAsync_MachineOfAnotherAgentThatIsStopped_IsComplete()
    {
        _scene.ForeignRoot(Targets.One);

        var slots = await InspectAsync();

        Assert.Null(slots.Permitted);
        Assert.Equal(SlotState.Complete, slots[Targets.One].State);
    }

    [Fact]
    public async Task InspectAsync_DirectoryThatAnotherAgentBeganToFill_IsPartial()
    {
        _scene.Root.Write("/var/lib/machines/kube1/etc/os-release", "");

        var slots = await InspectAsync();

        Assert.Equal(SlotState.Partial, slots[Targets.One].State);
        Assert.DoesNotContain(slots.HandoverNotes, n => n.Contains("another agent", StringComparison.Ordinal));
    }

    [Fact]
    public async Task InspectAsync_EmptyMountPoint_IsEmpty()
    {
        Directory.CreateDirectory(_scene.Paths.MachineRoot(Targets.One));

        Assert.Equal(SlotState.Empty, (await InspectAsync())[Targets.One].State);
    }

    [Fact]
    public async Task InspectAsync_Always_ChangesNothing()
    {
        await _scene.InstallAsync(Targets.One, _scene.Image("v1", "1.20.2"));
        var before = Listing();
        var calls = _scene.Host.Calls.Count;

        await InspectAsync();

        Assert.Equal(before, Listing());
        Assert.Equal(calls, _scene.Host.Calls.Count);

        List<string> Listing() => [.. Directory.EnumerateFileSystemEntries(_scene.Root.Path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
    }

    private Task<SlotsObservation> InspectAsync() => _scene.Slots.InspectAsync(default);

    private void RunForeign(SlotName slot)
    {
        _scene.Root.Write($"/var/lib/machines/{slot}/etc/os-release", "");
        _scene.Host.Running(Units.Machine(slot));
        _scene.Nodes[slot] = new FakeNode(_scene.Paths.MachineRoot(slot));
    }
}
