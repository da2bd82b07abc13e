using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.Processes;
using Unbounded.Agent.Machines.HostPreparation;
using Unbounded.Agent.Machines.HostPreparation.Packages;
using Unbounded.Agent.Machines.Tests.Support;

namespace Unbounded.Agent.Machines.Tests.HostPreparation.Packages;

public sealed class AptPackagesTests : IDisposable
{
    private readonly TemporaryRoot _root = new();
    private readonly ScriptedProcesses _processes = new();
    private readonly AptPackages _apt;
    private readonly WarningList _report = new();

    public AptPackagesTests() => _apt = new AptPackages(_processes, _root.Path);

    public void Dispose() => _root.Dispose();

    [Fact]
    public async Task Missing_BareHost_IsEverything() =>
        Assert.Equal(["systemd-container", "dbus", "libzstd1", "liblzma5", "libssl3"], await _apt.MissingAsync(CancellationToken.None));

    [Fact]
    public async Task Missing_WhatIsThereUnderAnyName_IsNotMissing()
    {
        foreach (var path in new[] { "/usr/bin/systemd-nspawn", "/usr/bin/dbus-broker", "/usr/lib/x86_64-linux-gnu/libzstd.so.1", "/usr/lib64/liblzma.so.5", "/lib/aarch64-linux-gnu/libssl.so.3" })
            _root.Write(path, "");
        Assert.Empty(await _apt.MissingAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Plan_Simulation_GivesNewPackagesAndNoUpgrades()
    {
        _processes.On("install", new ProcessResult(0, """
            NOTE: This is only a simulation!
            Inst libsystemd0 [252.1-1] (252.2-1 Debian:12/stable [amd64])
            Inst libnss-mymachines (252.2-1 Debian:12/stable [amd64])
            Inst libfoo:i386 (1.0 Debian:12/stable [i386])
            Inst systemd-container (252.2-1 Debian:12/stable [amd64])
            Conf systemd-container (252.2-1 Debian:12/stable [amd64])
            """, ""));
        Assert.Equal(["libnss-mymachines", "libfoo:i386", "systemd-container"], await _apt.PlanAsync(["systemd-container"], CancellationToken.None));
    }

    [Fact]
    public async Task Plan_ListsMissing_UpdatesThemOnceAndAsksAgain()
    {
        var asked = 0;
        _processes.On("install", () => ++asked == 1 ? new ProcessResult(100, "", "E: Unable to locate package systemd-container") : new ProcessResult(0, "Inst systemd-container (1 x)", ""));
        _processes.On("update", new ProcessResult(0, "", ""));
        Assert.Equal(["systemd-container"], await _apt.PlanAsync(["systemd-container"], CancellationToken.None));
        Assert.Equal(["install", "update", "install"], _processes.Verbs);
    }

    [Fact]
    public async Task Plan_NoSource_SaysWhatAptSaid()
    {
        _processes.On("install", new ProcessResult(100, "", "E: Unable to locate package systemd-container"));
        _processes.On("update", new ProcessResult(100, "", "E: no network"));
        var error = await Assert.ThrowsAsync<AgentException>(() => _apt.PlanAsync(["systemd-container"], CancellationToken.None));
        Assert.Equal(MachinesErrors.PackagesNotInstalled, error.Code);
        Assert.Contains("Unable to locate", error.Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plan_OutputCut_IsRefusedRatherThanHalfRead()
    {
        _processes.On("install", new ProcessResult(0, "Inst a (1 x)", "", OutputCut: true));
        await Assert.ThrowsAsync<AgentException>(() => _apt.PlanAsync(["a"], CancellationToken.None));
    }

    [Fact]
    public async Task Install_AnEarlierRunWasCutOff_ConfiguresItFirst()
    {
        var asked = 0;
        _processes.On("install", () => ++asked == 1 ? new ProcessResult(100, "", "E: dpkg was interrupted, you must manually run 'dpkg --configure -a' to correct the problem.") : new ProcessResult(0, "", ""));
        _processes.On("--configure", new ProcessResult(0, "", ""));
        await _apt.InstallAsync(["systemd-container"], _report, CancellationToken.None);
        Assert.Equal(["install", "--configure", "install"], _processes.Verbs);
    }

    [Fact]
    public async Task Install_UpgradingOthersAlong_SaysThatThisStays()
    {
        _processes.On("install", new ProcessResult(0, "Unpacking systemd (252.2-1) over (252.1-1) ...\nUnpacking systemd-container (252.2-1) ...\n", ""));
        await _apt.InstallAsync(["systemd-container"], _report, CancellationToken.None);
        Assert.Equal("systemd had to be upgraded along; uninstall does not take that back", Assert.Single(_report.Warnings));
    }

    [Fact]
    public async Task Install_Always_IsQuietWithoutRecommendsAndLeavesServicesAlone()
    {
        _processes.On("install", new ProcessResult(0, "", ""));
        await _apt.InstallAsync(["systemd-container"], _report, CancellationToken.None);
        var request = Assert.Single(_processes.Requests);
        Assert.Contains("--no-install-recommends", request.Arguments);
        Assert.Equal(("noninteractive", "1"), (request.Environment["DEBIAN_FRONTEND"], request.Environment["NEEDRESTART_SUSPEND"]));
    }

    [Theory]
    [InlineData("Purg libnss-mymachines [252.2-1]\nPurg systemd-container [252.2-1]\n", true)]
    [InlineData("Purg systemd-container [252.2-1]\nRemv virt-manager [1.0]\n", false)]
    [InlineData("Remv other [1]\nPurg systemd-container [252.2-1]\n", false)]
    public async Task Remove_TakingOthersAlong_IsNotDone(string plan, bool removes)
    {
        _processes.On("purge", new ProcessResult(0, plan, ""));
        Assert.Equal(removes, await _apt.TryRemoveAsync(["libnss-mymachines", "systemd-container"], CancellationToken.None));
        Assert.Equal(removes ? 2 : 1, _processes.Requests.Count);
        Assert.Contains("-s", _processes.Requests[0].Arguments);
    }

    [Fact]
    public async Task Installed_DpkgsStatus_CountsWhatIsOnTheDisk()
    {
        _root.Write("/var/lib/dpkg/status", """
            Package: systemd-container
            Status: install ok installed
            Description: with a line
             Package: not-a-package

            Package: removed
            Status: deinstall ok config-files

            Package: half
            Status: install reinstreq half-installed

            Package: libfoo
            Architecture: i386
            Status: install ok installed

            """);
        var installed = await _apt.InstalledAsync(["systemd-container", "removed", "half", "libfoo:i386", "not-a-package", "unknown"], CancellationToken.None);
        Assert.Equal(["systemd-container", "half", "libfoo:i386"], installed);
    }

    [Fact]
    public async Task Plan_RealAptOfThisMachine_ReadsItsSimulation()
    {
        var apt = new AptPackages(new ChildProcess(TimeProvider.System), "/");
        Assert.Equal(["dpkg"], await apt.InstalledAsync(["dpkg", "no-such-package"], CancellationToken.None));
        Assert.Empty(await apt.PlanAsync(["dpkg"], CancellationToken.None));
    }

    [Fact]
    public void Detect_HostsOfEveryKind_FindTheirManager()
    {
        Assert.IsType<NoPackages>(HostPackages.Detect(_processes, _root.Path));
        _root.Write("/usr/bin/dnf", "");
        Assert.IsType<DnfPackages>(HostPackages.Detect(_processes, _root.Path));
        _root.Write("/usr/bin/apt-get", "");
        Assert.IsType<AptPackages>(HostPackages.Detect(_processes, _root.Path));
    }

    internal sealed class WarningList : IHostReport
    {
        public List<string> Warnings { get; } = [];

        public void Info(string message)
        {
        }

        public void Warn(string message) => Warnings.Add(message);
    }
}
