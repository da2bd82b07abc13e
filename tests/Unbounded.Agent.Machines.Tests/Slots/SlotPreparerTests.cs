using System.Text.Json;
using Unbounded.Agent.Core.Configuration;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Linux;
using Unbounded.Agent.Linux.Tests.DBus.Contract;
using Unbounded.Agent.Machines.Layout;
using Unbounded.Agent.Machines.Rootfs;
using Unbounded.Agent.Machines.Tests.Support;

namespace Unbounded.Agent.Machines.Tests.Slots;

public sealed class SlotPreparerTests : IAsyncLifetime
{
    private readonly MachinesScene _scene = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _scene.DisposeAsync();

    [Fact]
    public async Task PrepareAsync_Steps_AreReportedInTheirOrder()
    {
        await PrepareAsync();

        Assert.Equal(["clear", "fetch", "root", "boot", "check-software"], _scene.Progress.Begun);
    }

    [Fact]
    public async Task PrepareAsync_Root_IsTheImageWithTheNodesOwnFiles()
    {
        await PrepareAsync();

        Assert.Equal("1.20.2", Read("/usr/local/bin/kubelet"));
        Assert.Matches("^[0-9a-f]{32}\n$", Read("/etc/machine-id"));
        Assert.Equal("nameserver 192.0.2.53\n", Read("/etc/resolv.conf"));
        Assert.Equal("/dev/null", new FileInfo(InRoot("/etc/systemd/system/systemd-resolved.service")).LinkTarget);
        Assert.Contains("KubeletConfiguration", Read("/etc/kubernetes/kubelet-config.yaml"), StringComparison.Ordinal);
        Assert.Contains("Wants=containerd.service kubelet.service systemd-sysctl.service\n", Read("/etc/systemd/system/unbounded-node.target"), StringComparison.Ordinal);
        Assert.All(InMachine.MountPoints, m => Assert.True(Directory.Exists(InRoot(m))));
    }

    [Theory]
    [InlineData("kubelet.service")]
    [InlineData("containerd.service")]
    public async Task Law11_PrepareAsync_NodeSoftware_WaitsForTheMarkerWhateverTheImagesOwnDropInsSay(string unit)
    {
        var target = _scene.Image("v1", "1.20.2");
        var tree = _scene.Images.Tree(target.Config.OCIImage!);
        Directory.CreateDirectory($"{tree}/etc/systemd/system/{unit}.d");
        await File.WriteAllTextAsync($"{tree}/etc/systemd/system/{unit}.d/99-reset.conf", "[Unit]\nConditionPathExists=\n");

        await _scene.Slots.PrepareAsync(Targets.One, target, _scene.Progress, default);

        // systemd.unit(5): drop-ins are read in the order of their names; the last assignment is what counts.
        var last = Directory.GetFiles(InRoot($"/etc/systemd/system/{unit}.d")).Order(StringComparer.Ordinal).Last();
        Assert.Contains("ConditionPathExists=/run/unbounded/active", await File.ReadAllTextAsync(last), StringComparison.Ordinal);
    }

    [Fact]
    public async Task PrepareAsync_EachTime_IsAnotherMachine()
    {
        await PrepareAsync();
        var first = Read("/etc/machine-id");

        await PrepareAsync();

        Assert.NotEqual(first, Read("/etc/machine-id"));
    }

    [Fact]
    public async Task PrepareAsync_Image_IsNotWrittenTo()
    {
        var target = _scene.Image("v1", "1.20.2");
        var before = Directory.GetFileSystemEntries(_scene.Images.Tree(target.Config.OCIImage!), "*", SearchOption.AllDirectories);

        await _scene.Slots.PrepareAsync(Targets.One, target, _scene.Progress, default);

        Assert.Equal(before, Directory.GetFileSystemEntries(_scene.Images.Tree(target.Config.OCIImage!), "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task PrepareAsync_Settings_AreInPlaceBeforeTheBoot()
    {
        string? settings = null, dropIn = null;
        _scene.Software = (slot, _) => (settings, dropIn) = (File.ReadAllText(_scene.Paths.NspawnFile(slot)), File.ReadAllText(_scene.Paths.DropIn(slot)));

        await PrepareAsync();

        Assert.Contains($"BindReadOnly={_scene.Paths.MarkerDirectory(Targets.One)}:/run/unbounded", settings, StringComparison.Ordinal);
        Assert.Contains("machine-prestart kube1", dropIn, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PrepareAsync_Mark_IsWrittenWhenTheContentIsComplete()
    {
        bool? marked = null;
        var provide = _scene.Host.Unit(Units.RootMount(Targets.One)).Starting!;
        _scene.Host.Unit(Units.RootMount(Targets.One)).Starting = token =>
        {
            // The boot asks for the mount once more.
            marked ??= File.Exists(_scene.Paths.SlotMark(Targets.One));
            return provide(token);
        };

        await PrepareAsync();

        Assert.False(marked);
        using var mark = JsonDocument.Parse(await File.ReadAllBytesAsync(_scene.Paths.SlotMark(Targets.One)));
        Assert.Equal("v1", mark.RootElement.GetProperty("fingerprint").GetString());
        Assert.Equal(_scene.Images.Tree("oci-layout:///images/node:v1"), mark.RootElement.GetProperty("lower").GetString());
    }

    [Fact]
    public async Task PrepareAsync_NoImageWanted_IsACodedErrorAndTouchesNothing()
    {
        await PrepareAsync();

        var e = await FailsAsync(_scene.Image("v1", "1.20.2", c => c) with { Config = Configs.Standalone() with { OCIImage = null } });

        Assert.Equal(MachinesErrors.NoImage, e.Code);
        Assert.True(File.Exists(_scene.Paths.SlotMark(Targets.One)));
    }

    [Fact]
    public async Task PrepareAsync_ImageWithoutKubelet_IsACodedErrorAndNothingIsBooted()
    {
        var target = _scene.Image("v1", "1.20.2");
        File.Delete(_scene.Images.Tree(target.Config.OCIImage!) + "/usr/local/bin/kubelet");

        var e = await FailsAsync(target);

        Assert.Equal(MachinesErrors.NoKubelet, e.Code);
        Assert.DoesNotContain($"start {Units.Machine(Targets.One)}", _scene.Host.Calls);
        Assert.Equal(SlotState.Partial, (await _scene.Slots.InspectAsync(default))[Targets.One].State);
    }

    [Fact]
    public async Task PrepareAsync_ImageOfAnotherVersion_IsFoundOutBeforeTheNodeDependsOnIt()
    {
        var target = _scene.Image("v1", "1.20.4", c => c with { Cluster = c.Cluster with { Version = "1.20.2" } });

        Assert.Equal(MachinesErrors.WrongKubeletVersion, (await FailsAsync(target)).Code);
        Assert.Null(_scene.Marker.Holder());
    }

    [Fact]
    public async Task PrepareAsync_MachineThatDoesNotBoot_IsACodedError()
    {
        _scene.Host.Unit(Units.Machine(Targets.One)).Script = UnitScript.Fails;

        Assert.Equal(MachinesErrors.BootFailed, (await FailsAsync(_scene.Image("v1", "1.20.2"))).Code);
    }

    [Fact]
    public async Task PrepareAsync_BusThatIsLostWhileTheRootIsMounted_IsACodedErrorAndPartial()
    {
        // It says nothing about overlays: nothing is copied for it.
        _scene.Host.Unit(Units.RootMount(Targets.One)).Starting =
            _ => throw new AgentException(LinuxErrors.BusConnectionLost, "the unit could not be started", "the bus went away", "try again");

        Assert.Equal(LinuxErrors.BusConnectionLost, (await FailsAsync(_scene.Image("v1", "1.20.2"))).Code);
        Assert.DoesNotContain(_scene.Progress.Warnings, w => w.Contains("overlay", StringComparison.Ordinal));
        Assert.Equal(SlotState.Partial, (await _scene.Slots.InspectAsync(default))[Targets.One].State);
    }

    [Fact]
    public async Task Law01_PrepareAsync_CutOffAnywhere_IsPartialAndCanBeRepeated()
    {
        _scene.Images.FetchingFails = () => new AgentException(LinuxErrors.NoSpace, "the image could not be fetched", "no space", "free some");
        Assert.Equal(LinuxErrors.NoSpace, (await FailsAsync(_scene.Image("v1", "1.20.2"))).Code);
        _scene.Images.FetchingFails = null;

        await PrepareAsync();

        Assert.Equal(SlotState.HeldBack, (await _scene.Slots.InspectAsync(default))[Targets.One].State);
    }

    [Fact]
    public async Task Law14_PrepareAsync_MountThatIsMissing_IsAWarning()
    {
        await PrepareAsync(c => c with { AdditionalHostMounts = [new HostMount("/srv/gone", "/gone")] });

        Assert.Contains(_scene.Progress.Warnings, w => w.Contains("/srv/gone", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Law12_PrepareAsync_EveryUnitThatTouchesTheSharedNetwork_WaitsForTheMarker()
    {
        await PrepareAsync();

        Assert.Empty(NotHeldBack());
    }

    [Fact]
    public async Task Law12_AUnitThatIsNotHeldBack_IsFound()
    {
        await PrepareAsync();
        File.Delete(InRoot(HeldBackUnits.Condition("systemd-networkd.service").Path));
        await File.WriteAllTextAsync(InRoot(HeldBackUnits.Condition("nftables.service").Path), "[Unit]\nConditionPathExists=\n");

        Assert.Equal(["systemd-networkd.service", "nftables.service"], NotHeldBack());
    }

    [Fact]
    public async Task PrepareAsync_TrashThatCantBeRemoved_IsAWarning()
    {
        using var disk = new MountedTmpfs(Directory.CreateDirectory(_scene.Paths.Trash + "/mounted").FullName);

        await PrepareAsync();

        Assert.Contains(_scene.Progress.Warnings, w => w.Contains("mounted", StringComparison.Ordinal));
    }

    [Fact]
    public async Task PrepareAsync_ImageCacheThatWasSetAside_IsSweptAway()
    {
        Directory.CreateDirectory(_scene.Paths.SharedContainerd + "/io");
        _scene.Cache.SetAside();

        await PrepareAsync();

        Assert.Empty(Directory.GetFileSystemEntries(_scene.Paths.SharedContainerd));
    }

    [Fact]
    public async Task Law16_PrepareAsync_ImageThatLinksOutOfItself_WritesNothingOfTheHost()
    {
        var target = _scene.Image("v1", "1.20.2");
        var tree = _scene.Images.Tree(target.Config.OCIImage!);
        var outside = Directory.CreateDirectory(_scene.Root.Path + "/outside").FullName;
        Directory.Delete(tree + "/etc", recursive: true);
        File.CreateSymbolicLink(tree + "/etc", outside);

        Assert.Equal(LinuxErrors.WrongFileType, (await FailsAsync(target)).Code);
        Assert.Empty(Directory.GetFileSystemEntries(outside));
    }

    [Fact]
    public async Task Law16_PrepareAsync_SecretsOfTheNode_AreForRootAlone()
    {
        await PrepareAsync(c => Configs.Joined(c.Cluster.Version) with { OCIImage = c.OCIImage });

        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(InRoot("/etc/kubernetes/bootstrap-kubelet.conf")));
    }

    [Fact]
    public async Task Law16_PrepareAsync_PipeInPlaceOfABinary_IsNotWaitedFor()
    {
        var target = _scene.Image("v1", "1.20.2");
        var tree = _scene.Images.Tree(target.Config.OCIImage!);
        Directory.CreateDirectory(tree + "/usr/bin");
        using (var directory = Linux.Kernel.KernelFile.Open(tree + "/usr/bin", Linux.Kernel.OpenFlags.ReadOnly | Linux.Kernel.OpenFlags.Directory))
        {
            Assert.Equal(0, Linux.Kernel.KernelAt.MakeNode(directory, "containerd"u8, Linux.Kernel.FileKind.Fifo, UnixFileMode.UserRead, 0, 0));
        }

        await _scene.Slots.PrepareAsync(Targets.One, target, _scene.Progress, default);
    }

    [Fact]
    public async Task ProvideAsync_NoOverlayThere_CopiesTheImage()
    {
        // /proc is no place for an overlay's upper side; neither is an overlay.
        var paths = _scene.Paths;
        Directory.CreateDirectory(paths.SlotDirectory(Targets.Two));
        using var disk = new MountedOverlay(paths.SlotDirectory(Targets.Two));
        // Of a preparation when there could be one.
        _scene.Root.Write(paths.RootMountUnit(Targets.Two)[_scene.Root.Path.Length..], "");
        var target = _scene.Image("v2", "1.20.4");
        var image = await _scene.Images.EnsureAsync(target.Config.OCIImage!, _scene.Progress, default);
        var provider = new RootProvider(_scene.Host, new Machines.Nodes.MachineService(_scene.Host, _scene.Time), _scene.Images);

        Assert.Null(await provider.ProvideAsync(Targets.Two, image, paths, _scene.Progress, default));

        Assert.Equal("1.20.4", await File.ReadAllTextAsync(paths.MachineRoot(Targets.Two) + "/usr/local/bin/kubelet"));
        // A copy may take long: its bytes are its signs of life.
        Assert.Equal(4711, _scene.Progress.LastBytes);
        Assert.False(File.Exists(paths.RootMountUnit(Targets.Two)));
        Assert.Equal(["reload"], _scene.Host.Calls);
    }

    [Fact]
    public async Task PrepareAsync_KernelRefusesTheOverlay_CopiesTheImage()
    {
        var mount = _scene.Host.Unit(Units.RootMount(Targets.One));
        (mount.Starting, mount.Script) = (null, UnitScript.Fails);

        await PrepareAsync();

        Assert.Equal("1.20.2", Read("/usr/local/bin/kubelet"));
        Assert.Matches("^[0-9a-f]{32}\n$", Read("/etc/machine-id"));
        Assert.DoesNotContain("/etc/machine-id", Directory.GetFiles(_scene.Images.Tree("oci-layout:///images/node:v1"), "*", SearchOption.AllDirectories));
        Assert.False(File.Exists(_scene.Paths.RootMountUnit(Targets.One)));
        Assert.False(Directory.Exists(_scene.Paths.Upper(Targets.One)));
        Assert.Contains(_scene.Progress.Warnings, w => w.StartsWith("the kernel refuses an overlay for machine kube1", StringComparison.Ordinal));
        // A failed unit would stay in the host's list of what is wrong with it; one whose file is gone must not be pulled in.
        Assert.Equal(Linux.DBus.Systemd.ActiveState.Inactive, mount.State.ActiveState);
        Assert.Contains("reload", _scene.Host.Calls.SkipWhile(c => c != $"reset-failed {Units.RootMount(Targets.One)}"));
        Assert.Equal(SlotState.HeldBack, (await _scene.Slots.InspectAsync(default))[Targets.One].State);
    }

    [Fact]
    public async Task PrepareAsync_AgainAfterTheKernelRefusedTheOverlay_MountsOneWhereItCan()
    {
        var mount = _scene.Host.Unit(Units.RootMount(Targets.One));
        var mounts = mount.Starting;
        (mount.Starting, mount.Script) = (null, UnitScript.Fails);
        await PrepareAsync();
        (mount.Starting, mount.Script) = (mounts, UnitScript.Runs);

        await PrepareAsync();

        Assert.True(File.Exists(_scene.Paths.RootMountUnit(Targets.One)));
        Assert.True(File.Exists(_scene.Paths.Upper(Targets.One) + "/etc/machine-id"));
    }

    [Fact]
    public async Task PrepareAsync_ImageWhoseContainerdLoadsModules_IsToldNotTo()
    {
        var target = _scene.Image("v1", "1.20.2");
        await File.WriteAllTextAsync(
            _scene.Images.Tree(target.Config.OCIImage!) + "/usr/lib/systemd/system/containerd.service", "[Service]\nExecStartPre=-/sbin/modprobe overlay\n");

        await PrepareAsync();

        Assert.EndsWith("\nExecStartPre=\n", Read("/etc/systemd/system/containerd.service.d/00-unbounded-modules.conf"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task PrepareAsync_AnotherImage_IsMountedByTheSameUnits()
    {
        await PrepareAsync();
        var units = Written();
        _scene.Host.Calls.Clear();

        await _scene.Slots.PrepareAsync(Targets.One, _scene.Image("v2", "1.20.4"), _scene.Progress, default);

        Assert.Equal("1.20.4", Read("/usr/local/bin/kubelet"));
        Assert.Equal(units, Written());
        Assert.DoesNotContain("reload", _scene.Host.Calls);

        (string, DateTime)[] Written() =>
        [
            .. new[] { _scene.Paths.RootMountUnit(Targets.One), _scene.Paths.DropIn(Targets.One) }
                .Select(f => (File.ReadAllText(f), File.GetLastWriteTimeUtc(f))),
        ];
    }

    [Theory]
    [InlineData(null, "host-7.example", "host-7.example")]
    [InlineData(null, "Not_A_Node", "edge-1")]
    [InlineData(null, "", "edge-1")]
    [InlineData("named", "host-7", "named")]
    public void NodeNames_Of_ConfiguredThenTheHostsThenTheMachines(string? configured, string host, string expected) =>
        Assert.Equal(expected, Machines.Slots.NodeNames.Of(Configs.Standalone() with { NodeName = configured }, host));

    private Task PrepareAsync(Func<AgentConfig, AgentConfig>? change = null) =>
        _scene.Slots.PrepareAsync(Targets.One, _scene.Image("v1", "1.20.2", change), _scene.Progress, default);

    private Task<AgentException> FailsAsync(Target target) =>
        Assert.ThrowsAsync<AgentException>(() => _scene.Slots.PrepareAsync(Targets.One, target, _scene.Progress, default));

    // As systemd would read it when the machine boots.
    private List<string> NotHeldBack() =>
        [.. HeldBackUnits.Shared.Where(u => InRoot(HeldBackUnits.Condition(u).Path) is var file
            && (!File.Exists(file) || !File.ReadAllLines(file).Contains($"ConditionPathExists={InMachine.Marker}", StringComparer.Ordinal)))];

    private string InRoot(string path) => _scene.Paths.MachineRoot(Targets.One) + path;

    private string Read(string path) => File.ReadAllText(InRoot(path));
}
