using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux;
using Unbounded.Agent.Machines.HostPreparation;
using Unbounded.Agent.Machines.Tests.HostPreparation.Simulation;

namespace Unbounded.Agent.Machines.Tests.HostPreparation;

/// <summary>What is known beforehand to fail is refused before the first change.</summary>
public sealed class HostPreparerRefusalTests
{
    [Fact]
    public async Task Uninstall_StateThatIsNotTheAgents_IsACodedError()
    {
        var host = SimulatedHost.Fresh();
        await host.InstallAsync();
        var journal = host.Files.All[HostPaths.Journal];
        var damaged = System.Text.Json.Nodes.JsonNode.Parse(journal.Content!)!;
        damaged["changes"]!.AsArray().Single(c => (string)c!["name"]! == "sysctl-file")!["state"] = 7;
        host.Files.All[HostPaths.Journal] = journal with { Content = damaged.ToJsonString() };

        var refused = await Assert.ThrowsAsync<AgentException>(host.UninstallAsync);

        Assert.Equal(MachinesErrors.HostJournalUnreadable, refused.Code);
        Assert.Contains("sysctl-file", refused.Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PlanInstall_OfWhatWouldBeRefused_IsRefusedAlike()
    {
        var host = SimulatedHost.Fresh();
        host.Files.ReadOnly = "/usr";
        Assert.Equal(LinuxErrors.ReadOnlyFileSystem, await RefusalAsync(SimulatedHost.Options()));
        host.Files.ReadOnly = null;
        host.Files.AddDirectory("/var/lib/machines/kube1");
        Assert.Equal(MachinesErrors.ForeignMachine, await RefusalAsync(SimulatedHost.Options()));
        Assert.Equal(MachinesErrors.NoConfiguration, await RefusalAsync(SimulatedHost.Options() with { Config = null }));

        async Task<ErrorCode> RefusalAsync(HostInstallOptions options) =>
            (await Assert.ThrowsAsync<AgentException>(() => host.Preparer().PlanInstallAsync(options, CancellationToken.None))).Code;
    }

    [Theory]
    [InlineData("/usr")]
    [InlineData("/etc/systemd")]
    public async Task Install_ReadOnlyFileSystem_RefusedBeforeTheFirstChange(string readOnly)
    {
        var host = SimulatedHost.Fresh();
        var before = host.Describe();
        host.Files.ReadOnly = readOnly;

        var refused = await Assert.ThrowsAsync<AgentException>(() => host.InstallAsync());

        Assert.Equal(LinuxErrors.ReadOnlyFileSystem, refused.Code);
        Assert.Equal(before, host.Describe());
        Assert.Empty(host.Steps);
    }

    [Fact]
    public async Task Install_DirectoryInTheWayOfALaterFile_RefusedBeforeTheFirstChange()
    {
        var host = SimulatedHost.Fresh();
        host.Files.AddDirectory("/usr/local/bin/unbounded-agent");
        var before = host.Describe();

        var refused = await Assert.ThrowsAsync<AgentException>(() => host.InstallAsync());

        Assert.Equal(MachinesErrors.HostFileRefused, refused.Code);
        Assert.Equal(before, host.Describe());
    }

    [Fact]
    public async Task Install_MachineOfSomebodyElse_RefusedBeforeTheFirstChange()
    {
        var host = SimulatedHost.Fresh();
        host.Files.AddDirectory("/var/lib/machines/kube1");
        var before = host.Describe();

        var refused = await Assert.ThrowsAsync<AgentException>(() => host.InstallAsync());

        Assert.Equal(MachinesErrors.ForeignMachine, refused.Code);
        Assert.Contains("/var/lib/machines/kube1", refused.Why, StringComparison.Ordinal);
        Assert.Equal(before, host.Describe());
        Assert.Empty(host.Steps);
    }

    [Fact]
    public async Task Install_MachineOfTheAncestor_IsAdopted()
    {
        var host = SimulatedHost.Fresh();
        Ancestor.SetUp(host);
        host.Files.AddDirectory("/var/lib/machines/kube1");

        await host.InstallAsync();

        Assert.Contains("unbounded-agent-daemon.service", host.Units.Active);
        Assert.Contains("/var/lib/machines/kube1", host.Files.All.Keys);
    }

    [Fact]
    public async Task Install_AgainOverItsOwnMachine_GoesOn()
    {
        var host = SimulatedHost.Fresh();
        await host.InstallAsync();
        host.Live();

        await host.InstallAsync();

        Assert.Contains("/var/lib/machines/kube1", host.Files.All.Keys);
    }

    [Fact]
    public async Task Install_ReadOnlyWhereEverythingIsInPlaceAlready_GoesOn()
    {
        var host = SimulatedHost.Fresh();
        await host.InstallAsync();
        var installed = host.Describe();
        host.Files.ReadOnly = "/usr";

        await host.InstallAsync();

        Assert.Equal(installed, host.Describe());
    }
}
