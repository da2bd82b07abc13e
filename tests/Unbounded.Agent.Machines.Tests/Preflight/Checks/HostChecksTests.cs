using NSubstitute;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux;
using Unbounded.Agent.Linux.DBus.Machined;
using Unbounded.Agent.Machines.Preflight;
using Unbounded.Agent.Machines.Preflight.Checks;
using Unbounded.Agent.Machines.Tests.Support;

namespace Unbounded.Agent.Machines.Tests.Preflight.Checks;

/// <summary>Checks of systemd, privileges, libraries, packages, ports, clock and mounts.</summary>
public sealed class HostChecksTests : IDisposable
{
    private readonly FakePreflightHost _host = new();

    public void Dispose() => _host.Dispose();

    [Theory]
    [InlineData("0", "000001fffeffffff", PreflightStatus.Ok, "")]
    [InlineData("1000", "000001ffffffffff", PreflightStatus.Error, "1000")]
    [InlineData("0", "00000000a80425fb", PreflightStatus.Error, "CAP_SYS_ADMIN")]
    public async Task Privileges_UserAndCapabilities_Decide(string uid, string capabilities, PreflightStatus status, string evidence)
    {
        _host.Root.Write("/proc/self/status", $"Name:\tx\nUid:\t{uid}\t{uid}\t{uid}\t{uid}\nCapEff:\t{capabilities}\n");
        var finding = await _host.RunAsync(h => new PrivilegesCheck(h));
        Assert.Equal(status, finding.Status);
        Assert.Contains(evidence, finding.Evidence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("252.38-1~deb12u1", PreflightStatus.Ok)]
    [InlineData("249", PreflightStatus.Ok)]
    [InlineData("257.5-2", PreflightStatus.Ok)]
    [InlineData("248.3-1ubuntu8", PreflightStatus.Error)]
    [InlineData("v1", PreflightStatus.Warning)]
    public async Task Systemd_Version_Decides(string version, PreflightStatus status)
    {
        Directory.CreateDirectory(_host.Root.Path + "/run/systemd/system");
        _host.Systemd.GetVersionAsync(Arg.Any<CancellationToken>()).Returns(version);
        Assert.Equal(status, (await _host.RunAsync(h => new SystemdCheck(h))).Status);
    }

    [Fact]
    public async Task Systemd_NotRunning_IsAnError() => Assert.Equal(PreflightStatus.Error, (await _host.RunAsync(h => new SystemdCheck(h))).Status);

    [Fact]
    public async Task Machined_Answering_CountsMachinesWithoutTheHost()
    {
        _host.Root.Write("/usr/bin/systemd-nspawn", "");
        _host.Machined.ListAsync(Arg.Any<CancellationToken>()).Returns([new MachineListing(".host", "host", ""), new MachineListing("other", "container", "systemd-nspawn")]);
        Assert.Equal("machined answers and knows 1 machines", (await _host.RunAsync(h => new MachinedCheck(h))).Evidence);
    }

    [Fact]
    public async Task Machined_NotInstalled_IsSkippedUnlessPackagesAreForbidden()
    {
        Assert.Equal(PreflightStatus.Skipped, (await _host.RunAsync(h => new MachinedCheck(h))).Status);
        Assert.Equal(PreflightStatus.Error, (await _host.RunAsync(h => new MachinedCheck(h), new PreflightInput { AllowPackages = false })).Status);
    }

    [Fact]
    public async Task Machined_BusNotReached_IsTheBusesError()
    {
        _host.Root.Write("/usr/bin/systemd-nspawn", "");
        _host.Machined.ListAsync(Arg.Any<CancellationToken>()).Returns<IReadOnlyList<MachineListing>>(_ => throw new AgentException(LinuxErrors.BusUnavailable, "no bus", "gone", "start dbus"));
        var report = await new PreflightRunner([new MachinedCheck(_host.Host)], TimeProvider.System).RunAsync(new PreflightInput(), new PreflightOptions(), CancellationToken.None);
        Assert.Equal(("no bus: gone", "start dbus"), (report.Checks[0].Evidence, report.Checks[0].NextStep));
    }

    [Fact]
    public async Task Packages_Missing_AreBroughtByAPackageManagerOrAreAnError()
    {
        Assert.Equal(PreflightStatus.Error, (await _host.RunAsync(h => new PackagesCheck(h))).Status);
        _host.Root.Write("/usr/bin/apt-get", "");
        Assert.Contains("install brings them", (await _host.RunAsync(h => new PackagesCheck(h))).Evidence, StringComparison.Ordinal);
        Assert.Equal(PreflightStatus.Error, (await _host.RunAsync(h => new PackagesCheck(h), new PreflightInput { AllowPackages = false })).Status);
        _host.Simulated.Packages.Installed.Add("systemd-container");
        Assert.Equal("all packages are there", (await _host.RunAsync(h => new PackagesCheck(h))).Evidence);
    }

    [Fact]
    public async Task Libraries_OneMissing_NamesItAndItsUse()
    {
        Assert.Equal(PreflightStatus.Ok, (await _host.RunAsync(h => new LibrariesCheck(h))).Status);
        _host.Libraries.Remove("libssl.so.3");
        var finding = await _host.RunAsync(h => new LibrariesCheck(h), new PreflightInput { AllowPackages = false });
        Assert.Equal((PreflightStatus.Error, "libssl.so.3 (TLS) can't be loaded"), (finding.Status, finding.Evidence));
        _host.Libraries.Add("libssl.so.1.1");
        Assert.Equal(PreflightStatus.Ok, (await _host.RunAsync(h => new LibrariesCheck(h))).Status);
    }

    [Fact]
    public void Libraries_Real_TellsWhatLoadsFromWhatDoesNot()
    {
        Assert.True(new Libraries().CanLoad("libc.so.6"));
        Assert.False(new Libraries().CanLoad("libdoesnotexist.so.1"));
    }

    [Fact]
    public async Task Ports_OfAForeignProcess_AreAnErrorThatNamesIt()
    {
        _host.Listening[10250] = new Listener(812, "kubelet", "0::/system.slice/kubelet.service");
        var finding = await _host.RunAsync(h => new PortsCheck(h));
        Assert.Equal((PreflightStatus.Error, "port 10250 is used by kubelet (process 812)"), (finding.Status, finding.Evidence));
    }

    [Fact]
    public async Task Ports_OfTheAgentsMachine_AreRight()
    {
        _host.Listening[10248] = new Listener(812, "kubelet", "0::/machine.slice/systemd-nspawn@kube1.service/payload/system.slice/kubelet.service");
        Assert.Equal("10248 are used by the agent's machine", (await _host.RunAsync(h => new PortsCheck(h))).Evidence);
    }

    [Fact]
    public async Task Ports_Real_FindsThisProcessAndNobodyOnAFreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        var port = ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
        var found = await new Listeners().FindAsync(port, CancellationToken.None);
        Assert.Equal(Environment.ProcessId, found?.Pid);
        listener.Stop();
        Assert.Null(await new Listeners().FindAsync(port, CancellationToken.None));
    }

    [Theory]
    [InlineData("1970-01-02", PreflightStatus.Error)]
    [InlineData("2200-01-01", PreflightStatus.Error)]
    [InlineData("2026-06-01", PreflightStatus.Ok)]
    public async Task Clock_FarOff_IsAnError(string now, PreflightStatus status)
    {
        _host.Now = DateTimeOffset.Parse(now + "T00:00:00Z", System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(status, (await _host.RunAsync(h => new ClockCheck(h))).Status);
    }

    [Fact]
    public async Task Clock_BehindTheSystemsOwnFiles_IsAWarning()
    {
        File.SetLastWriteTimeUtc(_host.Root.Write("/etc/machine-id", "x"), new DateTime(2026, 7, 1, 0, 0, 0, DateTimeKind.Utc));
        Assert.Equal(PreflightStatus.Warning, (await _host.RunAsync(h => new ClockCheck(h))).Status);
        _host.Now = new DateTimeOffset(2026, 7, 2, 0, 0, 0, TimeSpan.Zero);
        Assert.Equal(PreflightStatus.Ok, (await _host.RunAsync(h => new ClockCheck(h))).Status);
    }

    [Fact]
    public async Task Mounts_Missing_AreAWarning()
    {
        _host.Root.Write("/data/here", "");
        var config = Configs.Standalone() with { AdditionalHostMounts = [new("/data/here", "/data/here"), new("/data/gone", "/data/gone")], AdditionalHostDevices = ["/dev/gone0"] };
        var finding = await _host.RunAsync(h => new MountsCheck(h), new PreflightInput { Config = config });
        Assert.Equal((PreflightStatus.Warning, "/dev/gone0, /data/gone not there"), (finding.Status, finding.Evidence));
    }

    [Fact]
    public async Task Lock_Free_IsOk() => Assert.Equal(PreflightStatus.Ok, (await _host.RunAsync(h => new LockCheck(h))).Status);
}
