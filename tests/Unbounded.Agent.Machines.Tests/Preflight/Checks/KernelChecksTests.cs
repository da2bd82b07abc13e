using Unbounded.Agent.Machines.HostPreparation.Host;
using Unbounded.Agent.Machines.Preflight;
using Unbounded.Agent.Machines.Preflight.Checks;

namespace Unbounded.Agent.Machines.Tests.Preflight.Checks;

/// <summary>Checks of disk, overlay, control groups, modules, sysctls, swap and docker.</summary>
public sealed class KernelChecksTests : IDisposable
{
    private readonly FakePreflightHost _host = new();

    public void Dispose() => _host.Dispose();

    [Fact]
    public async Task Disk_RealFileSystem_GivesItsFigures()
    {
        Directory.CreateDirectory(_host.Root.Path + "/var/lib");
        var finding = await _host.RunAsync(h => new DiskCheck(h));
        Assert.Matches(@"^\d+ MiB and (\d+|any number of) inodes free on /var/lib$", finding.Evidence);
    }

    [Fact]
    public async Task Overlay_OnAPlainFileSystem_IsOk()
    {
        Mounts("ext4");
        _host.Simulated.Modules.Loaded.Add("overlay");
        Assert.Equal("the kernel has overlay, and /var/lib is on ext4", (await _host.RunAsync(h => new OverlayCheck(h))).Evidence);
    }

    [Theory]
    [InlineData("overlay", true)]
    [InlineData("nfs4", true)]
    [InlineData("ext4", false)]
    public async Task Overlay_WhereItCantBe_SaysThatRootsAreCopied(string type, bool loaded)
    {
        Mounts(type);
        if (loaded)
            _host.Simulated.Modules.Loaded.Add("overlay");
        var finding = await _host.RunAsync(h => new OverlayCheck(h));
        Assert.Equal(PreflightStatus.Warning, finding.Status);
        Assert.Contains("copied", finding.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Overlay_AsAModuleOnDisk_IsOk()
    {
        Mounts("xfs");
        _host.Root.Write("/proc/sys/kernel/osrelease", "6.1.0-amd64\n");
        _host.Root.Write("/lib/modules/6.1.0-amd64/modules.dep", "kernel/fs/overlayfs/overlay.ko.xz:\nkernel/net/bridge/br_netfilter.ko: kernel/net/bridge/bridge.ko\n");
        Assert.Equal(PreflightStatus.Ok, (await _host.RunAsync(h => new OverlayCheck(h))).Status);
        Assert.Equal(PreflightStatus.Ok, (await _host.RunAsync(h => new ModulesCheck(h))).Status);
    }

    [Theory]
    [InlineData("/", "ext4")]
    [InlineData("/var", "xfs")]
    [InlineData("/var/lib", "btrfs")]
    [InlineData("/var/lib/machines", "ext4")]
    [InlineData("/var/libs", "ext4")]
    public void MountTable_LongestMountPoint_Decides(string point, string expected)
    {
        var lines = new[] { "22 1 254:0 / / rw shared:1 - ext4 /dev/vda rw", $"30 22 0:30 / {point} rw,relatime shared:2 master:1 - {(expected == "ext4" ? "tmpfs" : expected)} x rw" };
        Assert.Equal(point == "/" ? "tmpfs" : expected, MountTable.TypeOf(lines, "/var/lib"));
    }

    [Fact]
    public void MountTable_Garbage_IsUnknown() => Assert.Equal("unknown", MountTable.TypeOf(["", "a b", "1 2 3 4 / -"], "/var/lib"));

    [Theory]
    [InlineData("cpuset cpu io memory hugetlb pids rdma misc\n", PreflightStatus.Ok, "cpuset")]
    [InlineData("cpu\n", PreflightStatus.Warning, "memory, pids")]
    [InlineData("\n", PreflightStatus.Warning, "cpu, memory, pids")]
    public async Task Cgroups_Controllers_Decide(string controllers, PreflightStatus status, string evidence)
    {
        _host.Root.Write("/sys/fs/cgroup/cgroup.controllers", controllers);
        var finding = await _host.RunAsync(h => new CgroupsCheck(h));
        Assert.Equal(status, finding.Status);
        Assert.Contains(evidence, finding.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cgroups_VersionOne_IsAWarning() => Assert.Contains("version 1", (await _host.RunAsync(h => new CgroupsCheck(h))).Evidence, StringComparison.Ordinal);

    [Fact]
    public async Task Modules_NeitherLoadedNorOnDisk_IsAWarning() => Assert.Equal(PreflightStatus.Warning, (await _host.RunAsync(h => new ModulesCheck(h))).Status);

    [Fact]
    public async Task Sysctls_ThatCanBeSet_AreLeftToInstall()
    {
        foreach (var (name, value) in _host.Simulated.Sysctls.Values)
            _host.Root.Write($"/proc/sys/{name}", value);
        Assert.Equal("7 are other than the kubelet wants them: install sets them", (await _host.RunAsync(h => new SysctlsCheck(h))).Evidence);
    }

    [Fact]
    public async Task Sysctls_ThatCantBeSet_AreNamedWithBothValues()
    {
        // No file at all refuses to be opened, as a read-only /proc/sys does.
        var finding = await _host.RunAsync(h => new SysctlsCheck(h));
        Assert.Equal(PreflightStatus.Warning, finding.Status);
        Assert.Contains("net.ipv4.ip_forward is 0, not 1", finding.Evidence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1000, 2000, PreflightStatus.Ok)]
    [InlineData(3000, 2000, PreflightStatus.Error)]
    public async Task Swap_On_IsAnErrorOnlyWhenItCantBeTurnedOff(int usedMiB, int availableMiB, PreflightStatus status)
    {
        _host.Simulated.Swaps.On.Add(new SwapArea("/dev/sda2", -2));
        _host.Root.Write("/proc/meminfo", $"MemTotal: 9 kB\nMemAvailable:  {availableMiB * 1024} kB\nSwapTotal: {8000 * 1024} kB\nSwapFree: {(8000 - usedMiB) * 1024} kB\n");
        var finding = await _host.RunAsync(h => new SwapCheck(h));
        Assert.Equal(status, finding.Status);
        Assert.Contains("/dev/sda2", finding.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Swap_Off_IsOk() => Assert.Equal("swap is off", (await _host.RunAsync(h => new SwapCheck(h))).Evidence);

    [Fact]
    public async Task Docker_Running_IsAWarningThatItWillBeStopped()
    {
        Assert.Equal("docker is not here", (await _host.RunAsync(h => new DockerCheck(h))).Evidence);
        _host.Simulated.Units.Vendor.Add("docker.service");
        Assert.Equal(PreflightStatus.Ok, (await _host.RunAsync(h => new DockerCheck(h))).Status);
        _host.Simulated.Units.Active.Add("docker.service");
        Assert.Equal(PreflightStatus.Warning, (await _host.RunAsync(h => new DockerCheck(h))).Status);
    }

    private void Mounts(string type) => _host.Root.Write("/proc/self/mountinfo", $"22 1 254:0 / / rw shared:1 - squashfs /dev/vda rw\n30 22 254:1 / /var rw - {type} /dev/vdb rw\n");
}
