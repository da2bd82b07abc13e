using Unbounded.Agent.Machines.Tests.HostPreparation.Simulation;

namespace Unbounded.Agent.Machines.Tests.HostPreparation;

/// <summary>Nobody but root may open what the agent locks.</summary>
public sealed class HostPreparerLockTests
{
    private const string Marker = "/run/unbounded/marker";
    private const UnixFileMode RootsAlone = (UnixFileMode)0b111_000_000;
    private const UnixFileMode Everybodys = (UnixFileMode)0b111_101_101;

    [Fact]
    public async Task Install_FreshHost_MakesTheMarkersDirectoryRootsAlone()
    {
        var host = SimulatedHost.Fresh();

        await host.InstallAsync();

        Assert.Equal(RootsAlone, host.Files.All[Marker].Mode);
        Assert.Equal(Everybodys, host.Files.All[$"{Marker}/kube1"].Mode);
        Assert.Equal(Everybodys, host.Files.All["/run/unbounded"].Mode);
    }

    [Fact]
    public async Task Install_OverAnEarlierAgent_RepairsItsMode()
    {
        var host = SimulatedHost.Fresh();
        await host.InstallAsync();
        host.Files.All[Marker] = host.Files.All[Marker] with { Mode = Everybodys };

        await host.InstallAsync();

        Assert.Equal(RootsAlone, host.Files.All[Marker].Mode);
    }

    [Fact]
    public async Task Uninstall_AfterARepair_LeavesNothing()
    {
        var host = SimulatedHost.Fresh();
        var before = host.Describe();
        await host.InstallAsync();
        host.Files.All[Marker] = host.Files.All[Marker] with { Mode = Everybodys };
        await host.InstallAsync();

        await host.UninstallAsync();

        Assert.Equal(before, host.Describe());
    }
}
