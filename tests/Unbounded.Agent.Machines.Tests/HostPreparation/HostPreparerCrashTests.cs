using Unbounded.Agent.Machines.Tests.HostPreparation.Simulation;

namespace Unbounded.Agent.Machines.Tests.HostPreparation;

/// <summary>The power is cut before and after every effect and every save of the journal.</summary>
public sealed class HostPreparerCrashTests
{
    public static TheoryData<string> Hosts => ["fresh", "lived-in", "ancestor"];

    [Theory]
    [MemberData(nameof(Hosts))]
    public async Task Law01_InstallCutAtEveryInstant_RunAgainInstallsTheSame(string kind)
    {
        var reference = Create(kind);
        await reference.InstallAsync();
        var cuts = 0;
        for (var instant = 0; ; instant++, cuts++)
        {
            var host = Create(kind);
            if (!await CutAsync(host, instant, () => host.InstallAsync()))
                break;
            await host.InstallAsync();
            Assert.Equal(WithoutTimes(reference), WithoutTimes(host));
        }

        Assert.True(cuts > 80, $"only {cuts} instants were cut");
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public async Task Law01_InstallCutAtEveryInstant_UninstallLeavesTheHostAsItWas(string kind)
    {
        var before = Expected(kind);
        for (var instant = 0; ; instant++)
        {
            var host = Create(kind);
            if (!await CutAsync(host, instant, () => host.InstallAsync()))
                break;
            await host.UninstallAsync();
            Assert.Equal(before, host.Describe());
        }
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public async Task Law01_UninstallCutAtEveryInstantAndAgain_LeavesTheHostAsItWas(string kind)
    {
        var before = Expected(kind);
        var cuts = 0;
        for (var instant = 0; ; instant++, cuts++)
        {
            var host = await InstalledAsync(kind);
            if (!await CutAsync(host, instant, host.UninstallAsync))
                break;
            // The recovery is cut, too, a few effects in.
            await CutAsync(host, instant % 7, host.UninstallAsync);
            await host.UninstallAsync();
            Assert.Equal(before, host.Describe());
        }

        Assert.True(cuts > 60, $"only {cuts} instants were cut");
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public async Task Law01_UninstallCutAtEveryInstant_InstallBringsItAllBack(string kind)
    {
        for (var instant = 0; ; instant++)
        {
            var host = await InstalledAsync(kind);
            if (!await CutAsync(host, instant, host.UninstallAsync))
                break;
            await host.InstallAsync();
            Assert.Contains("unbounded-agent-daemon.service", host.Units.Active);
            Assert.Empty(host.Swaps.On);
            await host.UninstallAsync();
            Assert.Equal(Expected(kind), host.Describe());
        }
    }

    internal static SimulatedHost Create(string kind)
    {
        var host = kind == "lived-in" ? SimulatedHost.LivedIn() : SimulatedHost.Fresh();
        if (kind == "ancestor")
            Ancestor.SetUp(host);
        return host;
    }

    private static string Expected(string kind)
    {
        var host = Create(kind);
        if (kind == "ancestor")
            Ancestor.TearDown(host);
        return host.Describe();
    }

    private static async Task<SimulatedHost> InstalledAsync(string kind)
    {
        var host = Create(kind);
        await host.InstallAsync();
        host.Live();
        return host;
    }

    /// <summary>Runs it with the power cut at an instant; false when it ended before.</summary>
    private static async Task<bool> CutAsync(SimulatedHost host, int instant, Func<Task> run)
    {
        host.Power.CutAt(instant);
        try
        {
            await run();
            return false;
        }
        catch (PowerCutException)
        {
            return true;
        }
        finally
        {
            host.Power.CutAt(null);
        }
    }

    private static string WithoutTimes(SimulatedHost host) =>
        System.Text.RegularExpressions.Regex.Replace(host.Describe(), "\"startedAt\": \"[^\"]*\"", "", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromMinutes(1));
}
