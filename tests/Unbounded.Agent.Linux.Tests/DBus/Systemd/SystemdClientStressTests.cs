using Unbounded.Agent.Linux.DBus.Systemd;
using Unbounded.Agent.Linux.Tests.DBus.Contract;
using Unbounded.Agent.Linux.Tests.DBus.StandIn;

namespace Unbounded.Agent.Linux.Tests.DBus.Systemd;

/// <summary>Many jobs at once while everything beneath them is restarted: none is lost, none hangs, nothing is left behind.</summary>
public sealed class SystemdClientStressTests : IAsyncLifetime
{
    private const int Units = 20;
    private StandInBackend _backend = null!;

    private static CancellationToken Limit => new CancellationTokenSource(TimeSpan.FromSeconds(120)).Token;

    public async Task InitializeAsync()
    {
        _backend = await StandInBackend.StartAsync();
        for (var i = 0; i < Units; i++)
            await _backend.DefineAsync(Name(i), UnitScript.WaitsForRelease);
    }

    public async Task DisposeAsync() => await _backend.DisposeAsync();

    [Fact]
    public async Task Law07_ManyJobsWhileSystemdIsReexecutedAgainAndAgain_EachEndsDone()
    {
        var jobs = StartAll();

        for (var i = 0; i < Units; i++)
        {
            var unit = Name(i);
            await _backend.StandIn.WaitForCallsAsync("StartUnit", Units, Limit);
            if (i % 2 == 0)
                await _backend.StandIn.ReexecuteAsync(model => model.Release(unit));
            else
                await Task.WhenAll(_backend.ReleaseAsync(unit), Task.Run(() => _backend.Systemd.GetUnitAsync(unit, Limit)));
        }

        Assert.All(await Task.WhenAll(jobs), job => Assert.Equal(JobOutcome.Done, job.Outcome));
    }

    [Fact]
    public async Task Law07_ManyJobsWhileTheBusIsRestartedAgainAndAgain_EachEndsDone()
    {
        var jobs = StartAll();
        await _backend.StandIn.WaitForCallsAsync("StartUnit", Units, Limit);

        for (var i = 0; i < 5; i++)
        {
            await _backend.StandIn.DisconnectAsync();
            await _backend.Bus.KillAsync();
            await _backend.Bus.RunAsync();
            await _backend.StandIn.ConnectAsync();
            await _backend.StandIn.WaitForSubscriberAsync(Limit);
        }

        for (var i = 0; i < Units; i++)
            await _backend.ReleaseAsync(Name(i));

        Assert.All(await Task.WhenAll(jobs), job => Assert.Equal(JobOutcome.Done, job.Outcome));
        Assert.Equal(Units, _backend.StandIn.Calls.Count(c => c == "StartUnit"));
    }

    [Fact]
    public async Task StartAndStop_ManyTimes_LeavesNoMatchRuleOnTheBus()
    {
        await _backend.DefineAsync("short.service", UnitScript.Runs);
        await _backend.Systemd.StartAsync("short.service", cancellationToken: Limit);
        var before = await _backend.Bus.CountMatchRulesAsync();

        for (var i = 0; i < 50; i++)
        {
            await _backend.Systemd.StopAsync("short.service", cancellationToken: Limit);
            await _backend.Systemd.StartAsync("short.service", cancellationToken: Limit);
        }

        await _backend.Systemd.GetVersionAsync(Limit); // behind the last RemoveMatch
        Assert.Equal(before, await _backend.Bus.CountMatchRulesAsync());
    }

    private static string Name(int i) => $"unit-{i}.service";

    private List<Task<JobResult>> StartAll() =>
        [.. Enumerable.Range(0, Units).Select(i => Task.Run(() => _backend.Systemd.StartAsync(Name(i), cancellationToken: Limit)))];
}
