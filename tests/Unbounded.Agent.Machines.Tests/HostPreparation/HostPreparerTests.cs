using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Machines.HostPreparation;
using Unbounded.Agent.Machines.HostPreparation.Host;
using Unbounded.Agent.Machines.Tests.HostPreparation.Simulation;

namespace Unbounded.Agent.Machines.Tests.HostPreparation;

public sealed class HostPreparerTests
{
    private const string Daemon = "unbounded-agent-daemon.service";
    private const string Journal = "/var/lib/unbounded/agent/host.json";

    [Fact]
    public async Task Install_FreshHost_HasEverythingThatAMachineNeeds()
    {
        var host = SimulatedHost.Fresh();
        await host.InstallAsync();
        Assert.Contains("systemd-container", host.Packages.Installed);
        Assert.Equal(["br_netfilter", "overlay"], host.Modules.Loaded);
        Assert.Equal(("1", "1", "10", "0"), (host.Sysctls.Values["net/ipv4/ip_forward"], host.Sysctls.Values["net/bridge/bridge-nf-call-iptables"], host.Sysctls.Values["kernel/panic"], host.Sysctls.Values["net/ipv4/conf/all/rp_filter"]));
        Assert.Equal(["machines.target", Daemon, "unbounded-agent-firewall.service"], host.Units.Enabled);
        Assert.Contains(Daemon, host.Units.Active);
        Assert.Equal((UnixFileMode)0b110_000_000, host.Files.All["/etc/unbounded/agent/config.json"].Mode);
        Assert.Equal((UnixFileMode)0b111_101_000, host.Files.All["/etc/unbounded/agent"].Mode);
        Assert.Equal((UnixFileMode)0b111_101_101, host.Files.All["/usr/local/bin/unbounded-agent"].Mode);
        Assert.DoesNotContain(host.Steps, s => s.Kind == HostStepKind.Warning);
    }

    [Fact]
    public async Task Install_StartsTheDaemonLast()
    {
        var host = SimulatedHost.LivedIn();
        await host.InstallAsync();
        var effects = host.Power.Effects.Where(e => !e.StartsWith("save", StringComparison.Ordinal)).ToList();
        Assert.Equal("start " + Daemon, effects[^1]);
    }

    [Fact]
    public async Task Install_Twice_HasNoEffectTheSecondTime()
    {
        var host = SimulatedHost.LivedIn();
        await host.InstallAsync();
        host.Power.CutAt(null);
        host.Steps.Clear();
        await host.InstallAsync();
        Assert.Empty(host.Power.Effects);
        Assert.All(host.Steps, s => Assert.Equal(HostStepKind.Unchanged, s.Kind));
    }

    [Fact]
    public async Task Law01_Install_EveryIntentIsDurableBeforeItsFirstEffect()
    {
        var host = SimulatedHost.LivedIn();
        await host.InstallAsync();
        Assert.Equal($"save {Journal}", host.Power.Effects.First(e => !e.StartsWith("mkdir /var/lib/unbounded", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Install_NewBinary_ReplacesItAndRestartsTheDaemonOnly()
    {
        var host = SimulatedHost.LivedIn();
        await host.InstallAsync();
        var newer = Path.GetTempFileName();
        await File.WriteAllTextAsync(newer, "a newer agent");
        host.Units.Started.Clear();
        try
        {
            await host.InstallAsync(SimulatedHost.Options(binary: newer));
        }
        finally
        {
            File.Delete(newer);
        }

        Assert.Equal("a newer agent", host.Files.All["/usr/local/bin/unbounded-agent"].Content);
        Assert.Equal([Daemon], host.Units.Started);
        host.Live();
        await host.UninstallAsync();
        Assert.Equal("somebody's script", host.Files.All["/usr/local/bin/unbounded-agent"].Content);
    }

    [Fact]
    public async Task Install_EditedMachineYaml_KeepsTheEdit()
    {
        var host = SimulatedHost.Fresh();
        await host.InstallAsync();
        host.Files.Add("/etc/unbounded/agent/machine.yaml", "kind: Machine # edited\n");
        await host.InstallAsync();
        Assert.Contains("edited", host.Files.All["/etc/unbounded/agent/machine.yaml"].Content, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Install_OwnersMachineYaml_StaysAlsoAfterUninstall()
    {
        var host = SimulatedHost.Fresh();
        host.Files.Add("/etc/unbounded/agent/machine.yaml", "the owner's");
        var before = host.Describe();
        await host.InstallAsync();
        await host.UninstallAsync();
        Assert.Equal(before, host.Describe());
    }

    [Fact]
    public async Task Install_WithoutConfiguration_IsRefusedBeforeAnything()
    {
        var host = SimulatedHost.Fresh();
        var error = await Assert.ThrowsAsync<AgentException>(() => host.InstallAsync(new HostInstallOptions()));
        Assert.Equal(MachinesErrors.NoConfiguration, error.Code);
        Assert.Empty(host.Power.Effects);
    }

    [Fact]
    public async Task Install_AgainWithoutConfiguration_KeepsTheOneThatIsThere()
    {
        var host = SimulatedHost.Fresh();
        await host.InstallAsync();
        await host.InstallAsync(SimulatedHost.Options() with { Config = null });
        Assert.Contains("MachineName", host.Files.All["/etc/unbounded/agent/config.json"].Content, StringComparison.Ordinal);
        await host.UninstallAsync();
        Assert.DoesNotContain("/etc/unbounded/agent/config.json", host.Files.All.Keys);
    }

    [Fact]
    public async Task Install_PackagesForbiddenAndMissing_IsRefused()
    {
        var host = SimulatedHost.Fresh();
        var error = await Assert.ThrowsAsync<AgentException>(() => host.InstallAsync(SimulatedHost.Options() with { AllowPackages = false }));
        Assert.Equal(MachinesErrors.PackagesNotInstalled, error.Code);
        Assert.Empty(host.Power.Effects);
    }

    [Fact]
    public async Task Install_KernelRefusesASysctl_WarnsAndGoesOn()
    {
        var host = SimulatedHost.Fresh();
        host.Sysctls.Refused.UnionWith(["kernel/panic", "net/ipv4/ip_forward"]);
        var before = host.Describe();
        await host.InstallAsync();
        Assert.Equal(
            ["kernel.panic is 0 and can't be set to 10: the kernel refuses, as in a container. Set it outside", "net.ipv4.ip_forward is 0 and can't be set to 1: the kernel refuses, as in a container. Set it outside"],
            host.Steps.Where(s => s.Kind == HostStepKind.Warning).Select(s => s.Message));
        Assert.Contains(Daemon, host.Units.Active);
        await host.UninstallAsync();
        Assert.Equal(before, host.Describe());
    }

    [Fact]
    public async Task Install_InAContainer_LeavesTheSwapOfTheMachineOutside()
    {
        var host = SimulatedHost.LivedIn();
        host.Files.Add("/run/systemd/container", "docker\n");
        await host.InstallAsync();
        Assert.Equal(2, host.Swaps.On.Count);
    }

    [Fact]
    public async Task Install_OverTheAncestor_TakesItsFlushOutOfService()
    {
        var host = SimulatedHost.Fresh();
        Ancestor.SetUp(host);
        await host.InstallAsync();
        // It would flush a live node's firewall whenever the alternate boots beside it.
        Assert.DoesNotContain("nftables-flush.service", host.Units.Enabled);
        Assert.Contains("MachineName\":\"m", host.Files.All["/etc/unbounded/agent/config.json"].Content, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Uninstall_SysctlChangedByTheOwnerSince_LeavesTheOwners()
    {
        var host = SimulatedHost.Fresh();
        await host.InstallAsync();
        host.Sysctls.Values["kernel/panic"] = "30";
        await host.UninstallAsync();
        Assert.Equal("30", host.Sysctls.Values["kernel/panic"]);
        Assert.Equal("0", host.Sysctls.Values["vm/overcommit_memory"]);
    }

    [Fact]
    public async Task Uninstall_PackageNeededByOthersByNow_StaysWithAWarning()
    {
        var host = SimulatedHost.Fresh();
        await host.InstallAsync();
        host.Packages.NeededByOthers.Add("systemd-container");
        await host.UninstallAsync();
        Assert.Contains("systemd-container", host.Packages.Installed);
        Assert.Contains(host.Steps, s => s is { Change: "packages", Kind: HostStepKind.Warning });
        Assert.DoesNotContain(Journal, host.Files.All.Keys);
    }

    [Fact]
    public async Task Uninstall_ModuleInUse_StaysUntilTheNextBoot()
    {
        var host = SimulatedHost.Fresh();
        await host.InstallAsync();
        host.Modules.InUse.Add("overlay");
        await host.UninstallAsync();
        Assert.Equal(["overlay"], host.Modules.Loaded);
    }

    [Fact]
    public async Task Uninstall_OwnersFileInTheAgentsDirectory_StaysWithAWarning()
    {
        var host = SimulatedHost.Fresh();
        await host.InstallAsync();
        host.Files.Add("/etc/unbounded/agent/notes.txt", "mine");
        await host.UninstallAsync();
        Assert.Equal("mine", host.Files.All["/etc/unbounded/agent/notes.txt"].Content);
        Assert.Contains(host.Steps, s => s.Kind == HostStepKind.Warning && s.Message.Contains("notes.txt", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Uninstall_SomethingComesBackMeanwhile_FailsNamesItAndKeepsItsRecord()
    {
        var host = SimulatedHost.Fresh();
        await host.InstallAsync();
        host.Units.OnReload = () => host.Network.Items.Add("link geneve0");
        var error = await Assert.ThrowsAsync<AgentException>(host.UninstallAsync);
        Assert.Equal(MachinesErrors.HostLeftovers, error.Code);
        Assert.Contains("link geneve0", error.Why, StringComparison.Ordinal);
        Assert.Contains(Journal, host.Files.All.Keys);
    }

    [Fact]
    public async Task Uninstall_LeftoverGoneLater_RunsToItsEnd()
    {
        var host = SimulatedHost.Fresh();
        var before = host.Describe();
        await host.InstallAsync();
        host.Units.OnReload = () => host.Network.Items.Add("link geneve0");
        await Assert.ThrowsAsync<AgentException>(host.UninstallAsync);
        host.Units.OnReload = null;
        await host.UninstallAsync();
        Assert.Equal(before, host.Describe());
    }

    [Fact]
    public async Task Uninstall_NothingInstalled_ChangesNothing()
    {
        var host = SimulatedHost.LivedIn();
        var before = host.Describe();
        await host.UninstallAsync();
        Assert.Equal(before, host.Describe());
    }

    [Fact]
    public async Task Uninstall_WithoutARecord_TakesOnlyWhatIsTheAgentsToTheByte()
    {
        var host = SimulatedHost.LivedIn();
        await host.InstallAsync();
        host.Live();
        host.Files.All.Remove(Journal);
        await host.UninstallAsync();
        Assert.DoesNotContain(Daemon, host.Units.Active);
        Assert.DoesNotContain(Daemon, host.Units.Enabled);
        Assert.DoesNotContain("/etc/systemd/system/" + Daemon, host.Files.All.Keys);
        Assert.DoesNotContain("/var/lib/machines/kube1", host.Files.All.Keys);
        // Its kept files are put back; what only the record knew stays as it is.
        Assert.Equal("somebody's script", host.Files.All["/usr/local/bin/unbounded-agent"].Content);
        Assert.Empty(host.Swaps.On);
    }

    [Fact]
    public async Task Uninstall_ChangeOfAnotherVersion_IsRefusedBeforeAnything()
    {
        var host = SimulatedHost.Fresh();
        await host.InstallAsync();
        host.Files.Add(Journal, host.Files.All[Journal].Content!.Replace("\"name\": \"docker", "\"name\": \"future", StringComparison.Ordinal).Replace("\"name\": \"packages\"", "\"name\": \"quantum\"", StringComparison.Ordinal));
        host.Power.CutAt(null);
        var error = await Assert.ThrowsAsync<AgentException>(host.UninstallAsync);
        Assert.Equal(MachinesErrors.HostChangeUnknown, error.Code);
        Assert.Empty(host.Power.Effects);
    }

    [Fact]
    public async Task Uninstall_DropsItsRecordLast()
    {
        var host = SimulatedHost.LivedIn();
        await host.InstallAsync();
        host.Live();
        host.Power.CutAt(null);
        await host.UninstallAsync();
        Assert.Equal([$"delete {Journal}", "rmdir /var/lib/unbounded/agent", "rmdir /var/lib/unbounded"], host.Power.Effects.TakeLast(3));
    }

    [Fact]
    public async Task PlanInstall_FreshAndInstalled_ListsWhatIsToBeDone()
    {
        var host = SimulatedHost.LivedIn();
        var plan = await host.Preparer().PlanInstallAsync(SimulatedHost.Options(), CancellationToken.None);
        Assert.Empty(host.Power.Effects);
        Assert.Equal(["docker", "swap"], plan.Select(s => s.Change).Where(c => c is "docker" or "swap" or "ancestor"));
        await host.InstallAsync();
        Assert.Empty(await host.Preparer().PlanInstallAsync(SimulatedHost.Options(), CancellationToken.None));
    }

    [Fact]
    public async Task PlanUninstall_Installed_ListsWhatUninstallThenDoes()
    {
        var host = SimulatedHost.LivedIn();
        await host.InstallAsync();
        host.Live();
        host.Power.CutAt(null);
        var plan = await host.Preparer().PlanUninstallAsync(CancellationToken.None);
        Assert.Empty(host.Power.Effects);
        foreach (var line in new[]
        {
            $"stop and disable {Daemon}", "remove /var/lib/machines/kube1", "remove chain ip nat KUBE-SERVICES", "put /usr/local/bin/unbounded-agent back as it was",
            "unmask and start docker.service", "turn swap on /dev/vdb on again", "set vm.overcommit_memory back to 0", "unload kernel module br_netfilter, if nothing uses it", "remove packages systemd-container",
        })
            Assert.Contains(line, plan.Select(s => s.Message));
        Assert.DoesNotContain("remove link wg0", plan.Select(s => s.Message));
        host.Steps.Clear();
        await host.UninstallAsync();
        Assert.Equal(plan.Select(s => s.Message).Except(["remove directory /etc/unbounded, if nothing else is in it"], StringComparer.Ordinal), host.Steps.Where(s => s.Kind == HostStepKind.Started).Select(s => s.Message).Except(["remove directory /etc/unbounded, if nothing else is in it"], StringComparer.Ordinal));
    }

    [Fact]
    public async Task PlanUninstall_NothingInstalled_IsEmpty() =>
        Assert.Empty(await SimulatedHost.LivedIn().Preparer().PlanUninstallAsync(CancellationToken.None));

    [Fact]
    public async Task IsInstalled_BeforeAndAfter_IsTold()
    {
        var host = SimulatedHost.Fresh();
        Assert.False(await host.Preparer().IsInstalledAsync(CancellationToken.None));
        await host.InstallAsync();
        Assert.True(await host.Preparer().IsInstalledAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Install_DirectoryInPlaceOfAFile_IsRefused()
    {
        var host = SimulatedHost.Fresh();
        host.Files.AddDirectory("/etc/sysctl.d/99-unbounded-agent.conf");
        var error = await Assert.ThrowsAsync<AgentException>(() => host.InstallAsync());
        Assert.Equal(MachinesErrors.HostFileRefused, error.Code);
    }

    [Fact]
    public async Task Install_SwapThatCantBeTurnedOff_WarnsAndGoesOn()
    {
        var host = SimulatedHost.LivedIn();
        host.Swaps.Refused.Add("/dev/vdb");
        await host.InstallAsync();
        Assert.Equal([new SwapArea("/dev/vdb", 7)], host.Swaps.On);
        Assert.Contains(host.Steps, s => s is { Change: "swap", Kind: HostStepKind.Warning });
    }
}
