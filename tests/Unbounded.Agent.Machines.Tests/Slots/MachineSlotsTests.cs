using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Linux.DBus.Systemd;
using Unbounded.Agent.Machines.Layout;
using Unbounded.Agent.Machines.Tests.Support;

namespace Unbounded.Agent.Machines.Tests.Slots;

public sealed class MachineSlotsTests : IAsyncLifetime
{
    private static readonly TimeSpan Grace = TimeSpan.Zero;
    private readonly MachinesScene _scene = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _scene.DisposeAsync();

    [Fact]
    public async Task Install_FreshHost_RunsAndIsWhatTheHostBoots()
    {
        await _scene.InstallAsync(Targets.One, _scene.Image("v1", "1.20.2"));

        var slots = await InspectAsync();
        Assert.Equal((Targets.One, Targets.One), (slots.Permitted, slots.BootsNext));
        Assert.Equal(SlotState.Running, slots[Targets.One].State);
        Assert.Equal("1.20.2", slots[Targets.One].KubernetesVersion);
        Assert.Equal(SlotState.Empty, slots[Targets.Two].State);
        Assert.True(KubeletRuns(Targets.One));
    }

    [Fact]
    public async Task Law12_PrepareAsync_BesideARunningNode_TouchesNothingOfIt()
    {
        await InstallFirstAsync();
        var calls = _scene.Node(Targets.One).Fake.Calls.Count;

        await _scene.Slots.PrepareAsync(Targets.Two, _scene.Image("v2", "1.20.4"), _scene.Progress, default);

        Assert.Equal(calls, _scene.Node(Targets.One).Fake.Calls.Count);
        Assert.True(KubeletRuns(Targets.One));
        Assert.Equal(SlotState.HeldBack, (await InspectAsync())[Targets.Two].State);
    }

    [Fact]
    public async Task Law11_PrepareAsync_MachineThatBoots_StartsNoNodeSoftware()
    {
        await InstallFirstAsync();

        await _scene.Slots.PrepareAsync(Targets.Two, _scene.Image("v2", "1.20.4"), _scene.Progress, default);

        Assert.False(KubeletRuns(Targets.Two));
        Assert.Equal(Targets.One, _scene.Marker.Holder());
    }

    [Fact]
    public async Task Swap_ToNewVersion_MovesTheNode()
    {
        await InstallFirstAsync();

        await HandOverAsync(_scene.Image("v2", "1.20.4"));

        Assert.False(KubeletRuns(Targets.One));
        Assert.True(KubeletRuns(Targets.Two));
        var slots = await InspectAsync();
        Assert.Equal(Targets.Two, slots.Permitted);
        Assert.Equal(SlotState.HeldBack, slots[Targets.One].State);
    }

    [Fact]
    public async Task Law11_Swap_BeforeCommit_TheHostBootsTheOldSide()
    {
        await InstallFirstAsync();

        await HandOverAsync(_scene.Image("v2", "1.20.4"));

        Assert.Equal(Targets.One, (await InspectAsync()).BootsNext);
    }

    [Fact]
    public async Task RevertAsync_NewSideFailed_OldSideRunsAgain()
    {
        await InstallFirstAsync();
        await HandOverAsync(_scene.Image("v2", "1.20.4"));

        await _scene.Slots.RevertAsync(Targets.Two, Targets.One, Grace, _scene.Progress, default);

        Assert.True(KubeletRuns(Targets.One));
        Assert.False(KubeletRuns(Targets.Two));
        Assert.Equal(Targets.One, (await InspectAsync()).Permitted);
    }

    [Fact]
    public async Task RevertAsync_OldSideDiedMeanwhile_IsBootedAgain()
    {
        await InstallFirstAsync();
        await HandOverAsync(_scene.Image("v2", "1.20.4"));
        await _scene.Host.StopAsync(Units.Machine(Targets.One));

        await _scene.Slots.RevertAsync(Targets.Two, Targets.One, Grace, _scene.Progress, default);

        Assert.True(KubeletRuns(Targets.One));
    }

    [Fact]
    public async Task RevertAsync_FirstInstallation_NobodyMayRun()
    {
        await _scene.Slots.PrepareAsync(Targets.One, _scene.Image("v1", "1.20.2"), _scene.Progress, default);
        await _scene.Slots.ActivateAsync(Targets.One, _scene.Progress, default);

        await _scene.Slots.RevertAsync(Targets.One, good: null, Grace, _scene.Progress, default);

        Assert.Null((await InspectAsync()).Permitted);
        Assert.False(KubeletRuns(Targets.One));
    }

    [Fact]
    public async Task RevertAsync_ActiveSideFoundDownAfterABoot_IsBroughtBack()
    {
        await InstallFirstAsync();
        _scene.BootHost();

        await _scene.Slots.RevertAsync(Targets.Two, Targets.One, Grace, _scene.Progress, default);

        Assert.True(KubeletRuns(Targets.One));
        Assert.Equal(Targets.One, _scene.Marker.Holder());
    }

    [Fact]
    public async Task Rollback_ToThePreviousSide_BootsItsContentAgain()
    {
        await InstallFirstAsync();
        await HandOverAsync(_scene.Image("v2", "1.20.4"));
        await _scene.Slots.CommitAsync(Targets.Two);
        await _scene.Slots.RetireAsync(Targets.One, default);
        Assert.Equal(SlotState.Complete, (await InspectAsync())[Targets.One].State);

        await _scene.Slots.ReviveAsync(Targets.One, _scene.Image("v1", "1.20.2"), _scene.Progress, default);
        await _scene.Slots.DeactivateAsync(Targets.Two, Grace, _scene.Progress, default);
        await _scene.Slots.ActivateAsync(Targets.One, _scene.Progress, default);
        await _scene.Slots.CommitAsync(Targets.One);

        Assert.True(KubeletRuns(Targets.One));
        Assert.Equal((Targets.One, Targets.One), ((await InspectAsync()).Permitted, (await InspectAsync()).BootsNext));
    }

    [Fact]
    public async Task ReviveAsync_IncompleteContent_IsRefused()
    {
        Directory.CreateDirectory(_scene.Paths.SlotDirectory(Targets.Two));

        var e = await Assert.ThrowsAsync<AgentException>(
            () => _scene.Slots.ReviveAsync(Targets.Two, _scene.Image("v1", "1.20.2"), _scene.Progress, default));

        Assert.Equal(MachinesErrors.SlotIncomplete, e.Code);
    }

    [Fact]
    public async Task RetireAsync_OldSide_StopsAndKeepsItsContent()
    {
        await InstallFirstAsync();
        await HandOverAsync(_scene.Image("v2", "1.20.4"));
        await _scene.Slots.CommitAsync(Targets.Two);

        await _scene.Slots.RetireAsync(Targets.One, default);

        Assert.Null(_scene.Nodes[Targets.One]);
        Assert.True(File.Exists(_scene.Paths.SlotMark(Targets.One)));
        Assert.Contains("reload", _scene.Host.Calls);
    }

    [Theory]
    [InlineData("prepare")]
    [InlineData("retire")]
    [InlineData("release")]
    public async Task Law08_TheNode_IsNeverGivenUp(string what)
    {
        await InstallFirstAsync();

        var e = await Assert.ThrowsAsync<AgentException>(() => what switch
        {
            "prepare" => _scene.Slots.PrepareAsync(Targets.One, _scene.Image("v2", "1.20.4"), _scene.Progress, default),
            "retire" => _scene.Slots.RetireAsync(Targets.One, default),
            _ => _scene.Slots.ReleaseAsync(Targets.One, default),
        });

        Assert.Equal(MachinesErrors.SlotInUse, e.Code);
        Assert.True(KubeletRuns(Targets.One));
    }

    [Fact]
    public async Task Law08_ReleaseAsync_WhatTheHostBoots_IsRefusedEvenWhenItDoesNotRun()
    {
        await InstallFirstAsync();
        await HandOverAsync(_scene.Image("v2", "1.20.4"));

        Assert.Equal(MachinesErrors.SlotInUse, (await Assert.ThrowsAsync<AgentException>(() => _scene.Slots.ReleaseAsync(Targets.One, default))).Code);
    }

    [Fact]
    public async Task ReleaseAsync_FailedSide_LeavesNothing()
    {
        await InstallFirstAsync();
        await HandOverAsync(_scene.Image("v2", "1.20.4"));
        await _scene.Slots.RevertAsync(Targets.Two, Targets.One, Grace, _scene.Progress, default);

        await _scene.Slots.ReleaseAsync(Targets.Two, default);

        Assert.Equal(SlotState.Empty, (await InspectAsync())[Targets.Two].State);
        Assert.False(Directory.Exists(_scene.Paths.MachineRoot(Targets.Two)));
        Assert.False(File.Exists(_scene.Paths.NspawnFile(Targets.Two)));
        Assert.False(Directory.Exists(_scene.Paths.DropInDirectory(Targets.Two)));
        Assert.Equal([FakeImages.DigestOf("oci-layout:///images/node:v1")], _scene.Images.Kept[^1]);
    }

    [Fact]
    public async Task ReleaseAsync_FirstInstallationThatWasNeverCommitted_IsStoppedFirst()
    {
        await _scene.Slots.PrepareAsync(Targets.One, _scene.Image("v1", "1.20.2"), _scene.Progress, default);
        await _scene.Slots.ActivateAsync(Targets.One, _scene.Progress, default);

        await _scene.Slots.ReleaseAsync(Targets.One, default);

        Assert.Equal(SlotState.Empty, (await InspectAsync())[Targets.One].State);
        Assert.Null((await InspectAsync()).Permitted);
    }

    [Fact]
    public async Task RestartAsync_TheNode_IsAnotherBootOfTheSameContent()
    {
        await InstallFirstAsync();
        var before = (await InspectAsync())[Targets.One];

        await _scene.Slots.RestartAsync(Targets.One, Grace, _scene.Progress, default);

        var after = (await InspectAsync())[Targets.One];
        Assert.NotEqual(before.BootId, after.BootId);
        Assert.Equal(before.Fingerprint, after.Fingerprint);
        Assert.True(KubeletRuns(Targets.One));
        Assert.Equal(Targets.One, _scene.Marker.Holder());
    }

    [Fact]
    public async Task PrepareAsync_ImagesOfNoUse_AreRemovedAndThoseInUseStay()
    {
        await InstallFirstAsync();

        await _scene.Slots.PrepareAsync(Targets.Two, _scene.Image("v2", "1.20.4"), _scene.Progress, default);

        Assert.Equal(
            new HashSet<string> { FakeImages.DigestOf("oci-layout:///images/node:v1"), FakeImages.DigestOf("oci-layout:///images/node:v2") },
            _scene.Images.Kept[^1]);
    }

    [Fact]
    public async Task Law08_PrepareAsync_MarkOfTheRunningSideIsDamaged_RemovesNoImage()
    {
        await InstallFirstAsync();
        await File.WriteAllTextAsync(_scene.Paths.SlotMark(Targets.One), "garbage");
        _scene.Images.Kept.Clear();

        await _scene.Slots.PrepareAsync(Targets.Two, _scene.Image("v2", "1.20.4"), _scene.Progress, default);

        Assert.Empty(_scene.Images.Kept);
        Assert.Equal(SlotState.Running, (await InspectAsync())[Targets.One].State);
    }

    [Fact]
    public async Task PrepareAsync_ImageThatCantBeRemoved_IsAWarning()
    {
        await InstallFirstAsync();
        _scene.Images.KeepingFails = () => new AgentException(Linux.LinuxErrors.DeviceFailed, "an image could not be removed", "I/O error", "see the log");

        await _scene.Slots.PrepareAsync(Targets.Two, _scene.Image("v2", "1.20.4"), _scene.Progress, default);

        Assert.Contains(_scene.Progress.Warnings, w => w.Contains("an image could not be removed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Law01_EveryVerb_Repeated_EndsInTheSameState()
    {
        await InstallFirstAsync();
        var target = _scene.Image("v2", "1.20.4");
        for (var i = 0; i < 2; i++)
        {
            await _scene.Slots.PrepareAsync(Targets.Two, target, _scene.Progress, default);
        }

        for (var i = 0; i < 2; i++)
        {
            await _scene.Slots.DeactivateAsync(Targets.One, Grace, _scene.Progress, default);
        }

        for (var i = 0; i < 2; i++)
        {
            await _scene.Slots.ActivateAsync(Targets.Two, _scene.Progress, default);
        }

        for (var i = 0; i < 2; i++)
        {
            await _scene.Slots.CommitAsync(Targets.Two);
            await _scene.Slots.RetireAsync(Targets.One, default);
        }

        var slots = await InspectAsync();
        Assert.Equal((Targets.Two, Targets.Two), (slots.Permitted, slots.BootsNext));
        Assert.Equal(SlotState.Complete, slots[Targets.One].State);
        Assert.True(KubeletRuns(Targets.Two));
    }

    private Task InstallFirstAsync() => _scene.InstallAsync(Targets.One, _scene.Image("v1", "1.20.2"));

    private async Task HandOverAsync(Target target)
    {
        await _scene.Slots.PrepareAsync(Targets.Two, target, _scene.Progress, default);
        await _scene.Slots.DeactivateAsync(Targets.One, Grace, _scene.Progress, default);
        await _scene.Slots.ActivateAsync(Targets.Two, _scene.Progress, default);
    }

    private Task<SlotsObservation> InspectAsync() => _scene.Slots.InspectAsync(default);

    private bool KubeletRuns(SlotName slot) => _scene.Nodes[slot] is FakeNode { Fake: var fake } && fake.Unit(Units.Kubelet).State.ActiveState == ActiveState.Active;
}
