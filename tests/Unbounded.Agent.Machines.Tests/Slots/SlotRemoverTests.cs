using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Linux.DBus.Systemd;
using Unbounded.Agent.Machines.Layout;
using Unbounded.Agent.Machines.Tests.Support;

namespace Unbounded.Agent.Machines.Tests.Slots;

public sealed class SlotRemoverTests : IAsyncLifetime
{
    private readonly MachinesScene _scene = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _scene.DisposeAsync();

    [Fact]
    public async Task RemoveAsync_PreparedSlot_LeavesTheIdentityAlone()
    {
        await PrepareAsync();
        _scene.GiveCertificate(Targets.Two);

        await RemoveAsync();

        Assert.False(Directory.Exists(_scene.Paths.SlotDirectory(Targets.Two)));
        Assert.False(Directory.Exists(_scene.Paths.MachineRoot(Targets.Two)));
        Assert.False(File.Exists(_scene.Paths.RootMountUnit(Targets.Two)));
        Assert.False(File.Exists(_scene.Paths.NspawnFile(Targets.Two)));
        Assert.True(_scene.Identity.HasCertificate(Targets.Two));
        Assert.Empty(Directory.GetFileSystemEntries(_scene.Paths.Trash));
    }

    [Fact]
    public async Task Law13_RemoveAsync_RunningMachine_IsStoppedBeforeItsContentGoes()
    {
        await PrepareAsync();
        var stop = _scene.Host.Unit(Units.Machine(Targets.Two)).Stopping!;
        var contentAtStop = false;
        _scene.Host.Unit(Units.Machine(Targets.Two)).Stopping = token =>
        {
            contentAtStop = File.Exists(_scene.Paths.MachineRoot(Targets.Two) + "/usr/local/bin/kubelet");
            return stop(token);
        };

        await RemoveAsync();

        Assert.True(contentAtStop);
    }

    [Fact]
    public async Task Law08_RemoveAsync_MachineThatDoesNotStop_KeepsItsContent()
    {
        await PrepareAsync();
        _scene.Host.Unit(Units.Machine(Targets.Two)).StopsIn = ActiveState.Deactivating;

        var e = await Assert.ThrowsAsync<AgentException>(RemoveAsync);

        Assert.Equal(MachinesErrors.StopFailed, e.Code);
        Assert.True(Directory.Exists(_scene.Paths.Upper(Targets.Two)));
        Assert.False(File.Exists(_scene.Paths.SlotMark(Targets.Two)));
    }

    [Fact]
    public async Task RemoveAsync_ImageTree_IsUntouched()
    {
        await PrepareAsync();

        await RemoveAsync();

        Assert.Equal("1.20.4", await File.ReadAllTextAsync(_scene.Images.Tree("oci-layout:///images/node:v2") + "/usr/local/bin/kubelet"));
    }

    [Fact]
    public async Task RemoveAsync_DirectoryThatACrashLeftHalfMade_IsGone()
    {
        // A power cut may take the rename that gives a directory its name, and leave what was made in it afterwards.
        var parent = Path.GetDirectoryName(_scene.Paths.SlotDirectory(Targets.Two))!;
        _scene.Root.Write($"{parent[_scene.Root.Path.Length..]}/.kube2.unbounded-tmp/.binds.json.unbounded-tmp", "");

        await RemoveAsync();

        Assert.Empty(Directory.GetFileSystemEntries(parent));
    }

    [Fact]
    public async Task RemoveAsync_NothingThere_MakesNothing()
    {
        await RemoveAsync();

        Assert.False(Directory.Exists(_scene.Paths.SlotDirectory(Targets.Two)));
        Assert.Empty(_scene.Host.Calls);
    }

    [Fact]
    public async Task Law01_RemoveAsync_CutOffWhileAnAdoptedRootIsRemoved_WhatIsLeftIsNoMachine()
    {
        _scene.Root.Write("/var/lib/machines/kube2/etc/os-release", "");
        _scene.Root.Write("/var/lib/machines/kube2/usr/bin/kubelet", "");
        using var cancel = new CancellationTokenSource();
        // The machine's stop is the last thing before its content goes.
        _scene.Host.Running(Units.Machine(Targets.Two));
        _scene.Host.Unit(Units.Machine(Targets.Two)).Stopping = _ => cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _scene.Remover.RemoveAsync(Targets.Two, cancel.Token));

        Assert.Equal(SlotState.Partial, (await _scene.Slots.InspectAsync(default))[Targets.Two].State);
        await RemoveAsync();
        Assert.Equal(SlotState.Empty, (await _scene.Slots.InspectAsync(default))[Targets.Two].State);
    }

    [Fact]
    public async Task RemoveAsync_RootThatIsAMountOfItsOwn_IsEmptiedAndNamed()
    {
        var root = Directory.CreateDirectory(_scene.Paths.MachineRoot(Targets.Two)).FullName;
        using var disk = new MountedTmpfs(root);
        await File.WriteAllTextAsync(root + "/file", "");

        var e = await Assert.ThrowsAsync<AgentException>(RemoveAsync);

        Assert.Equal(Linux.LinuxErrors.InUse, e.Code);
        Assert.Empty(Directory.GetFileSystemEntries(root));
    }

    [Fact]
    public async Task RemoveAsync_LinkInPlaceOfTheRoot_RemovesTheLinkAlone()
    {
        var elsewhere = _scene.Root.Write("/data/kube2/keep", "");
        Directory.CreateDirectory(Path.GetDirectoryName(_scene.Paths.MachineRoot(Targets.Two))!);
        File.CreateSymbolicLink(_scene.Paths.MachineRoot(Targets.Two), Path.GetDirectoryName(elsewhere)!);

        await RemoveAsync();

        Assert.False(Path.Exists(_scene.Paths.MachineRoot(Targets.Two)));
        Assert.True(File.Exists(elsewhere));
        Assert.Empty(Directory.GetFileSystemEntries(_scene.Paths.Trash));
    }

    [Fact]
    public async Task ClearAsync_PreparedSlot_KeepsItsUnitsAndTellsSystemdNothing()
    {
        await PrepareAsync();
        await File.WriteAllTextAsync(_scene.Paths.MarkerDropIn(Targets.Two), "");
        _scene.Host.Calls.Clear();

        await _scene.Remover.ClearAsync(Targets.Two, default);

        Assert.False(Directory.Exists(_scene.Paths.SlotDirectory(Targets.Two)));
        Assert.False(Directory.Exists(_scene.Paths.MachineRoot(Targets.Two)));
        Assert.False(File.Exists(_scene.Paths.NspawnFile(Targets.Two)));
        Assert.Equal([_scene.Paths.DropIn(Targets.Two)], Directory.GetFiles(_scene.Paths.DropInDirectory(Targets.Two)));
        Assert.True(File.Exists(_scene.Paths.RootMountUnit(Targets.Two)));
        Assert.DoesNotContain("reload", _scene.Host.Calls);
        Assert.Equal(SlotState.Empty, (await _scene.Slots.InspectAsync(default))[Targets.Two].State);
    }

    [Fact]
    public async Task RemoveAsync_DropInsOfAPerson_Stay()
    {
        await PrepareAsync();
        await File.WriteAllTextAsync(_scene.Paths.DropInDirectory(Targets.Two) + "/mine.conf", "");

        await RemoveAsync();

        Assert.Equal([_scene.Paths.DropInDirectory(Targets.Two) + "/mine.conf"], Directory.GetFiles(_scene.Paths.DropInDirectory(Targets.Two)));
    }

    [Fact]
    public async Task SweepAsync_WhatACrashLeft_IsRemoved()
    {
        _scene.Root.Write("/var/lib/unbounded/machines/trash/a/b/c", "");

        await _scene.Remover.SweepAsync(default);

        Assert.Empty(Directory.GetFileSystemEntries(_scene.Paths.Trash));
    }

    [Fact]
    public async Task SweepAsync_NoTrash_IsNoError() => await _scene.Remover.SweepAsync(default);

    private Task PrepareAsync() => _scene.Slots.PrepareAsync(Targets.Two, _scene.Image("v2", "1.20.4"), _scene.Progress, default);

    private Task RemoveAsync() => _scene.Remover.RemoveAsync(Targets.Two, default);
}
