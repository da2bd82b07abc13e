using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.DBus;
using Unbounded.Agent.Linux.DBus.Systemd;
using Unbounded.Agent.Linux.Tests.DBus.Contract;
using Unbounded.Agent.Linux.Tests.DBus.Server;
using Unbounded.Agent.Linux.Tests.DBus.StandIn;

namespace Unbounded.Agent.Linux.Tests.DBus.Systemd;

/// <summary>What a real systemd does once in a thousand times, on demand.</summary>
public sealed class SystemdClientJobTests : IAsyncLifetime
{
    private const string Unit = "slow.service";
    private StandInBackend _backend = null!;

    private static CancellationToken Limit => new CancellationTokenSource(TimeSpan.FromMinutes(2)).Token;

    private SystemdStandIn StandIn => _backend.StandIn;

    public async Task InitializeAsync() => _backend = await StandInBackend.StartAsync();

    public async Task DisposeAsync() => await _backend.DisposeAsync();

    [Fact]
    public async Task Law07_JobEndsBeforeItsAnswerIsSent_ItsEndIsSeen()
    {
        StandIn.EndsJobsBeforeAnswering = true;
        await _backend.DefineAsync(Unit, UnitScript.Fails);

        var result = await _backend.Systemd.StartAsync(Unit, cancellationToken: Limit);

        Assert.Equal((JobOutcome.Failed, false), (result.Outcome, result.IsConcluded));
    }

    [Fact]
    public async Task Law07_SubscribesBeforeItAsksForAJob()
    {
        await _backend.DefineAsync(Unit, UnitScript.Runs);

        await _backend.Systemd.StartAsync(Unit, cancellationToken: Limit);

        Assert.Equal(["Subscribe", "StartUnit"], StandIn.Calls);
    }

    [Theory]
    [InlineData("done", JobOutcome.Done)]
    [InlineData("canceled", JobOutcome.Canceled)]
    [InlineData("timeout", JobOutcome.Timeout)]
    [InlineData("failed", JobOutcome.Failed)]
    [InlineData("dependency", JobOutcome.Dependency)]
    [InlineData("skipped", JobOutcome.Skipped)]
    [InlineData("assert", JobOutcome.Refused)]
    [InlineData("collected", JobOutcome.Collected)]
    [InlineData("once", JobOutcome.Once)]
    [InlineData("a-word-of-the-future", JobOutcome.Unknown)]
    public async Task StartAsync_EachResult_IsTold(string word, JobOutcome outcome)
    {
        var start = await BeginAsync();

        await StandIn.SendAsync([StandInProperties.JobRemoved(JobId, Unit, word)]);

        Assert.Equal(new JobResult(Unit, "start", outcome, word), await start);
    }

    [Fact]
    public async Task StartAsync_EndOfAnotherJobOfTheUnit_IsNotTaken()
    {
        var start = await BeginAsync();

        await StandIn.SendAsync([StandInProperties.JobRemoved(JobId + 1, Unit, "failed")]);
        await _backend.ReleaseAsync(Unit);

        Assert.Equal(JobOutcome.Done, (await start).Outcome);
    }

    [Fact]
    public async Task StartAsync_JobRemovedFromAStranger_IsIgnored()
    {
        var start = await BeginAsync();
        await using var stranger = await BusServer.StartAsync(_backend.Bus.Address, null, static _ => null);
        var lie = StandInProperties.JobRemoved(JobId, Unit, "failed");
        await using var any = await BusServer.StartAsync(_backend.Bus.Address, null, static _ => null);

        // by broadcast, and to each connection by its unique name: any local user may do both
        await stranger.EmitAsync(lie.Path, lie.Interface, lie.Member, lie.Body);
        for (var i = 0; i < 10; i++)
            await stranger.EmitAsync(lie.Path, lie.Interface, lie.Member, lie.Body, $":1.{i}");
        await _backend.ReleaseAsync(Unit);

        Assert.Equal(JobOutcome.Done, (await start).Outcome);
    }

    [Fact]
    public async Task StartAsync_ReexecutedAndDoneMeanwhile_ConcludedFromTheUnit()
    {
        var start = await BeginAsync();

        await StandIn.ReexecuteAsync(model => model.Release(Unit));

        var result = await start;
        Assert.Equal((JobOutcome.Done, true), (result.Outcome, result.IsConcluded));
    }

    [Fact]
    public async Task StartAsync_ReexecutedAndFailedMeanwhile_ConcludedFromTheUnit()
    {
        var start = await BeginAsync();

        await StandIn.ReexecuteAsync(model =>
        {
            model.Cancel(Unit);
            model.Crash(Unit);
        });

        var result = await start;
        Assert.Equal((JobOutcome.Failed, true), (result.Outcome, result.IsConcluded));
        Assert.Contains("as the unit's state tells", Assert.Throws<AgentException>(result.ThrowIfFailed).Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StartAsync_ReexecutedTwice_SubscribesAgainAndSeesTheEnd()
    {
        var start = await BeginAsync();

        await StandIn.ReexecuteAsync();
        await StandIn.ReexecuteAsync();
        await StandIn.WaitForSubscriberAsync(Limit);
        await _backend.ReleaseAsync(Unit);

        var result = await start;
        Assert.Equal(JobOutcome.Done, result.Outcome);
        Assert.Single(StandIn.Calls, "StartUnit");
    }

    [Fact]
    public async Task StartAsync_BusIsRestarted_GoesOn()
    {
        var start = await BeginAsync();

        await StandIn.DisconnectAsync();
        await _backend.Bus.KillAsync();
        await _backend.Bus.RunAsync();
        await StandIn.ConnectAsync();
        await StandIn.WaitForSubscriberAsync(Limit);
        await _backend.ReleaseAsync(Unit);

        Assert.Equal(JobOutcome.Done, (await start).Outcome);
    }

    [Fact]
    public async Task StartAsync_BusIsDownForAWhile_NextCallWaitsForIt()
    {
        var start = await BeginAsync();
        await StandIn.DisconnectAsync();
        await _backend.Bus.KillAsync();
        var read = _backend.Systemd.GetUnitAsync(Unit, Limit);

        await _backend.Bus.RunAsync();
        await StandIn.ConnectAsync();

        Assert.Equal(ActiveState.Activating, (await read).ActiveState);
        await _backend.ReleaseAsync(Unit);
        Assert.Equal(JobOutcome.Done, (await start).Outcome);
    }

    [Fact]
    public async Task StartAsync_AnswerIsLost_AsksAgainAndFollowsTheSameJob()
    {
        await _backend.DefineAsync(Unit, UnitScript.WaitsForRelease);
        var lost = LoseAnswerAsync("StartUnit", _ => { });
        var start = _backend.Systemd.StartAsync(Unit, cancellationToken: Limit);

        await lost;
        await WaitForCallsAsync("StartUnit", 2);
        await _backend.ReleaseAsync(Unit);

        // Whether the end was seen or concluded is a race with the release: the job may end before the second answer has come.
        Assert.Equal(JobOutcome.Done, (await start).Outcome);
    }

    [Fact]
    public async Task RestartAsync_AnswerIsLostAndJobRuns_IsNotAskedTwice()
    {
        await _backend.DefineAsync(Unit, UnitScript.WaitsForRelease);
        var lost = LoseAnswerAsync("RestartUnit", _ => { });
        var restart = _backend.Systemd.RestartAsync(Unit, cancellationToken: Limit);

        await lost;
        await _backend.ReleaseAsync(Unit);

        Assert.Equal(JobOutcome.Done, (await restart).Outcome);
        Assert.Single(StandIn.Calls, "RestartUnit");
    }

    [Fact]
    public async Task RestartAsync_AnswerIsLostAndJobIsOver_IsNotAskedTwice()
    {
        await _backend.DefineAsync(Unit, UnitScript.WaitsForRelease);
        var lost = LoseAnswerAsync("RestartUnit", model => model.Release(Unit));
        var restart = _backend.Systemd.RestartAsync(Unit, cancellationToken: Limit);

        await lost;

        var result = await restart;
        Assert.Equal((JobOutcome.Done, true), (result.Outcome, result.IsConcluded));
        Assert.Single(StandIn.Calls, "RestartUnit");
    }

    [Fact]
    public async Task RestartAsync_CallItselfIsLost_IsAskedAgain()
    {
        await _backend.DefineAsync(Unit, UnitScript.Runs);
        await _backend.Systemd.GetVersionAsync(Limit); // connected
        await StandIn.DisconnectAsync();
        var restart = _backend.Systemd.RestartAsync(Unit, cancellationToken: Limit);

        await StandIn.ConnectAsync();

        Assert.Equal(JobOutcome.Done, (await restart).Outcome);
    }

    [Fact]
    public async Task StartTransientAsync_AnswerIsLost_TheUnitItMadeIsItsOwn()
    {
        var lost = LoseAnswerAsync("StartTransientUnit", _ => { });
        var start = _backend.Systemd.StartTransientAsync(new TransientService(Unit, ["/bin/true"]), Limit);

        await lost;

        Assert.True((await start).Succeeded);
    }

    [Fact]
    public async Task StartAsync_Disposed_EndsWithConnectionLost()
    {
        var start = await BeginAsync();

        await _backend.Systemd.DisposeAsync();

        Assert.Equal(LinuxErrors.BusConnectionLost, (await Assert.ThrowsAsync<AgentException>(() => start)).Code);
    }

    [Fact]
    public async Task StartAsync_UnitIsMasked_ErrorInItsWords()
    {
        await _backend.DefineAsync(Unit, UnitScript.Runs);
        StandIn.Errors["StartUnit"] = new ServerException("org.freedesktop.systemd1.UnitMasked", "Unit slow.service is masked.");

        var error = await Assert.ThrowsAsync<AgentException>(() => _backend.Systemd.StartAsync(Unit, cancellationToken: Limit));

        Assert.Equal((LinuxErrors.BusCallFailed, "org.freedesktop.systemd1.UnitMasked"), (error.Code, DBusErrors.NameOf(error)));
        Assert.Contains("is masked", error.Why, StringComparison.Ordinal);
    }

    private uint JobId => StandIn.Model.Find(Unit)!.Job!.Id;

    /// <summary>A start that waits, its job queued and its answer read.</summary>
    private async Task<Task<JobResult>> BeginAsync()
    {
        await _backend.DefineAsync(Unit, UnitScript.WaitsForRelease);
        var start = _backend.Systemd.StartAsync(Unit, cancellationToken: Limit);
        await WaitForCallsAsync("StartUnit", 1);
        await _backend.Systemd.GetVersionAsync(Limit); // its answer comes behind the first one
        return start;
    }

    /// <summary>systemd carries the next call of <paramref name="method"/> out and is re-executed instead of answering it.</summary>
    private async Task LoseAnswerAsync(string method, Action<ManagerModel> meanwhile)
    {
        var carriedOut = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        StandIn.Instead[method] = () =>
        {
            StandIn.Instead.Remove(method);
            carriedOut.TrySetResult();
        };
        await carriedOut.Task.WaitAsync(Limit);
        await StandIn.ReexecuteAsync(meanwhile);
    }

    private Task WaitForCallsAsync(string method, int count) => StandIn.WaitForCallsAsync(method, count, Limit);
}
