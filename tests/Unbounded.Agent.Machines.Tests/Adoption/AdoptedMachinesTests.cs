using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Linux;
using Unbounded.Agent.Linux.DBus.Systemd;
using Unbounded.Agent.Machines.Layout;
using Unbounded.Agent.Machines.Tests.Support;

namespace Unbounded.Agent.Machines.Tests.Adoption;

/// <summary>Making a machine of another agent's obey the marker: what is added, in which order, and what every interruption leaves.</summary>
public sealed class AdoptedMachinesTests : IAsyncLifetime
{
    private const string Condition = "/etc/systemd/system/kubelet.service.d/zz-unbounded-marker.conf";
    private readonly MachinesScene _scene = new();

    public Task InitializeAsync() => _scene.AdoptAsync(Targets.One);

    public async Task DisposeAsync() => await _scene.DisposeAsync();

    [Fact]
    public void Is_PlainDirectoryWithoutAMark_IsAnothersMachine()
    {
        Assert.True(_scene.Adopted.Is(Targets.One));
        Assert.False(_scene.Adopted.Is(Targets.Two));
        Directory.CreateDirectory(_scene.Paths.MachineRoot(Targets.Two));
        Assert.False(_scene.Adopted.Is(Targets.Two));
    }

    [Fact]
    public async Task Is_SlotOfTheAgentsOwn_IsNot()
    {
        await _scene.Slots.PrepareAsync(Targets.Two, _scene.Image("v2", "1.20.4"), _scene.Progress, default);

        Assert.False(_scene.Adopted.Is(Targets.Two));
    }

    [Fact]
    public async Task ObeyAsync_SettingsOfAnother_AreExtendedAndKept()
    {
        await ObeyAsync();

        var settings = await File.ReadAllTextAsync(_scene.Paths.NspawnFile(Targets.One));
        Assert.StartsWith(MachinesScene.ForeignSettings, settings, StringComparison.Ordinal);
        Assert.EndsWith($"[Files]\nBindReadOnly={_scene.Paths.MarkerDirectory(Targets.One)}:/run/unbounded\n", settings, StringComparison.Ordinal);
        Assert.Equal(MachinesScene.ForeignDropIn, await File.ReadAllTextAsync(_scene.Paths.DropIn(Targets.One)));
        Assert.Contains(
            "ExecStartPre=-/usr/local/bin/unbounded-agent machine-prestart kube1\n",
            await File.ReadAllTextAsync(_scene.Paths.MarkerDropIn(Targets.One)),
            StringComparison.Ordinal);
        Assert.Equal(["reload"], _scene.Host.Calls);
    }

    [Fact]
    public async Task ObeyAsync_NoSettingsAtAll_AreMade()
    {
        File.Delete(_scene.Paths.NspawnFile(Targets.One));

        await ObeyAsync();

        Assert.Contains("BindReadOnly=", await File.ReadAllTextAsync(_scene.Paths.NspawnFile(Targets.One)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ObeyAsync_SettingsWithoutALastNewline_AreNotRunTogether()
    {
        await File.WriteAllTextAsync(_scene.Paths.NspawnFile(Targets.One), "[Files]\nBind=/dev/kvm");

        await ObeyAsync();

        Assert.Contains("Bind=/dev/kvm\n", await File.ReadAllTextAsync(_scene.Paths.NspawnFile(Targets.One)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Law12_ObeyAsync_WhatTouchesTheSharedNetwork_IsHeldBackFromTheNextBootOn()
    {
        await ObeyAsync();

        Assert.True(File.Exists(InRoot("/etc/systemd/system/systemd-sysctl.service.d/zz-unbounded-marker.conf")));
        Assert.Contains("systemd-sysctl.service", await File.ReadAllTextAsync(InRoot("/etc/systemd/system/unbounded-node.target")), StringComparison.Ordinal);
        Assert.Equal("../unbounded-node.target", new FileInfo(InRoot("/etc/systemd/system/multi-user.target.wants/unbounded-node.target")).LinkTarget);
    }

    [Fact]
    public async Task Law11_ObeyAsync_RunningNode_HasTheMarkerBeforeItsUnitsAskForIt()
    {
        var marker = (Host: false, Own: false);
        var reload = _scene.Node(Targets.One).Fake.Reloading!;
        _scene.Node(Targets.One).Fake.Reloading = () =>
        {
            marker = (_scene.Marker.Holder() == Targets.One, File.Exists(InRoot(InMachine.Marker)));
            reload();
        };

        await ObeyAsync();

        Assert.Equal((true, true), marker);
        Assert.True(_scene.Node(Targets.One).MayWork());
        Assert.True(KubeletRuns());
    }

    [Fact]
    public async Task ObeyAsync_Repeated_ChangesNothing()
    {
        await ObeyAsync();
        var settings = await File.ReadAllBytesAsync(_scene.Paths.NspawnFile(Targets.One));
        _scene.Host.Calls.Clear();

        await ObeyAsync();

        Assert.Equal(settings, await File.ReadAllBytesAsync(_scene.Paths.NspawnFile(Targets.One)));
        Assert.Empty(_scene.Host.Calls);
    }

    [Fact]
    public async Task Law10_ObeyAsync_Repeated_GivesNoMarkerToAMachineThatObeys()
    {
        await ObeyAsync();
        await _scene.Marker.MoveToAsync(Targets.Two, default);
        await _scene.Marker.WithdrawAsync(Targets.Two, default);
        File.Delete(_scene.Paths.WithdrawnMarker);

        await ObeyAsync();

        Assert.Null(_scene.Marker.Holder());
        Assert.False(File.Exists(InRoot(InMachine.Marker)));
    }

    [Fact]
    public async Task ObeyAsync_MachineThatIsDown_IsReadyForItsNextStart()
    {
        await _scene.Host.StopAsync(Units.Machine(Targets.One));

        await _scene.Adopted.ObeyAsync(Targets.One, node: null, default);

        Assert.True(_scene.Adopted.Obeys(Targets.One));
        Assert.Null(_scene.Marker.Holder());
    }

    [Fact]
    public async Task ObeyAsync_SlotOfTheAgentsOwn_IsLeftAlone()
    {
        await _scene.Slots.PrepareAsync(Targets.Two, _scene.Image("v2", "1.20.4"), _scene.Progress, default);
        _scene.Node(Targets.Two).Fake.Calls.Clear();

        await _scene.Adopted.ObeyAsync(Targets.Two, _scene.Node(Targets.Two), default);
        _scene.Adopted.Follow(Targets.Two, _scene.Node(Targets.Two));

        Assert.Empty(_scene.Node(Targets.Two).Fake.Calls);
        Assert.False(File.Exists(_scene.Paths.MarkerDropIn(Targets.Two)));
    }

    [Theory]
    [InlineData("settings can't be written")]
    [InlineData("the host's systemd does not answer")]
    [InlineData("its root leads out of itself")]
    [InlineData("its systemd does not answer")]
    public async Task Law01_ObeyAsync_OnePartFails_TheNodeWorksOnAndARepetitionEndsIt(string what)
    {
        var mend = Break(what);

        await Assert.ThrowsAsync<AgentException>(ObeyAsync);

        Assert.True(KubeletRuns());
        Assert.Equal(Targets.One, (await _scene.Slots.InspectAsync(default)).Permitted);
        mend();
        await ObeyAsync();
        Assert.True(_scene.Adopted.Obeys(Targets.One));
        Assert.True(_scene.Node(Targets.One).MayWork());
    }

    [Theory]
    [InlineData("settings can't be written")]
    [InlineData("the host's systemd does not answer")]
    [InlineData("its root leads out of itself")]
    [InlineData("its systemd does not answer")]
    public async Task Law11_ObeyAsync_PowerIsCutAtAnyPart_TheAdoptedMachineComesUpAsTheNode(string what)
    {
        var mend = Break(what);
        await Assert.ThrowsAsync<AgentException>(ObeyAsync);
        mend();

        _scene.BootHost();
        await _scene.Host.StartAsync(Units.Machine(Targets.One));

        Assert.True(KubeletRuns());
        Assert.Equal(Targets.One, (await _scene.Slots.InspectAsync(default)).Permitted);
    }

    [Fact]
    public async Task Law01_Deactivate_AMachineThatCantBeMadeToObey_StopsNothing()
    {
        await _scene.Slots.PrepareAsync(Targets.Two, _scene.Image("v2", "1.20.4"), _scene.Progress, default);
        Break("its systemd does not answer");

        await Assert.ThrowsAsync<AgentException>(() => _scene.Slots.DeactivateAsync(Targets.One, TimeSpan.Zero, _scene.Progress, default));

        Assert.True(KubeletRuns());
    }

    [Fact]
    public async Task Inspect_ObeyingMachineWithoutTheMarker_IsHeldBackAndNotTheNode()
    {
        await ObeyAsync();
        _scene.BootHost();
        Directory.CreateDirectory(_scene.Paths.MachineRoot(Targets.One) + "/run");
        _scene.Nodes[Targets.One] = new FakeNode(_scene.Paths.MachineRoot(Targets.One));
        _scene.Host.Running(Units.Machine(Targets.One));

        var slots = await _scene.Slots.InspectAsync(default);

        Assert.Null(slots.Permitted);
        Assert.Equal(SlotState.HeldBack, slots[Targets.One].State);
    }

    [Fact]
    public async Task Law16_ObeyAsync_RootThatLeadsOutOfItself_WritesNothingOfTheHost()
    {
        Break("its root leads out of itself");

        await Assert.ThrowsAsync<AgentException>(ObeyAsync);

        Assert.Empty(Directory.GetFileSystemEntries(_scene.Root.Path + "/outside"));
    }

    // Returns what mends it again.
    private Action Break(string what)
    {
        var node = _scene.Node(Targets.One).Fake;
        switch (what)
        {
            case "settings can't be written":
                var settings = File.ReadAllText(_scene.Paths.NspawnFile(Targets.One));
                File.Delete(_scene.Paths.NspawnFile(Targets.One));
                Directory.CreateDirectory(_scene.Paths.NspawnFile(Targets.One));
                return () =>
                {
                    Directory.Delete(_scene.Paths.NspawnFile(Targets.One));
                    File.WriteAllText(_scene.Paths.NspawnFile(Targets.One), settings);
                };
            case "the host's systemd does not answer":
                _scene.Host.Reloading = () => throw new AgentException(LinuxErrors.BusCallTimeout, "x", "y", "z");
                return () => _scene.Host.Reloading = null;
            case "its root leads out of itself":
                var outside = Directory.CreateDirectory(_scene.Root.Path + "/outside").FullName;
                Directory.Move(InRoot("/etc/systemd"), InRoot("/etc/systemd.aside"));
                File.CreateSymbolicLink(InRoot("/etc/systemd"), outside);
                return () =>
                {
                    File.Delete(InRoot("/etc/systemd"));
                    Directory.Move(InRoot("/etc/systemd.aside"), InRoot("/etc/systemd"));
                };
            default:
                var reload = node.Reloading;
                node.Reloading = () => throw new AgentException(LinuxErrors.BusCallTimeout, "x", "y", "z");
                return () => node.Reloading = reload;
        }
    }

    private Task ObeyAsync() => _scene.Adopted.ObeyAsync(Targets.One, _scene.Node(Targets.One), default);

    private string InRoot(string path) => _scene.Paths.MachineRoot(Targets.One) + path;

    private bool KubeletRuns() => _scene.Node(Targets.One).Fake.Unit(Units.Kubelet).State.ActiveState == ActiveState.Active;
}
