using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Transaction.Execution;
using Unbounded.Agent.Core.Transaction.Records;
using Unbounded.Agent.Daemon;
using Unbounded.Agent.Linux;

namespace Unbounded.Agent.Tests.Daemon;

public sealed class DaemonLoopTests
{
    private static readonly AgentException Locked = new(LinuxErrors.Locked, "another run of the agent is at work", "process 7 holds it", "wait");

    [Fact]
    public async Task Run_Started_IsReadyBeforeTheFirstReconciliationEnds()
    {
        var scene = new LoopScene().Start();

        await scene.NextAsync();

        Assert.StartsWith("ready", scene.Said[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_NothingHappens_ReconcilesOnce()
    {
        var scene = new LoopScene().Start();
        (await scene.NextAsync()).End();
        await scene.HearAsync("status the node is as desired");
        await scene.Time.WhenArmedAsync(scene.Options.RestAfter);

        scene.Time.Advance(TimeSpan.FromDays(30));
        await scene.HearAsync("rest");

        Assert.False(scene.HasTurn());
    }

    [Fact]
    public async Task Run_Woken_ReconcilesAgain()
    {
        var scene = new LoopScene().Start();
        (await scene.NextAsync()).End();
        await scene.HearAsync("status");

        scene.Loop.Post(DaemonEvent.Wake);

        await scene.NextAsync();
    }

    [Fact]
    public async Task Run_WokenWhileAtWork_ReconcilesAgainAfterwards()
    {
        var scene = new LoopScene().Start();
        var first = await scene.NextAsync();
        scene.Loop.Post(DaemonEvent.Wake);
        scene.Loop.Post(DaemonEvent.Wake);
        first.End();

        (await scene.NextAsync()).End();

        await scene.Time.WhenArmedAsync(scene.Options.RestAfter);
        Assert.False(scene.HasTurn());
    }

    [Fact]
    public async Task Run_ToLookAgain_DoesSoThen()
    {
        var scene = new LoopScene().Start();
        (await scene.NextAsync()).End(lookAgainAt: scene.Time.GetUtcNow() + TimeSpan.FromMinutes(5));
        await scene.Time.WhenArmedAsync(TimeSpan.FromMinutes(5));

        scene.Time.Advance(TimeSpan.FromMinutes(5));

        await scene.NextAsync();
    }

    [Fact]
    public async Task Run_ToLookAgainFarAway_LooksAtLeastEveryHour()
    {
        var scene = new LoopScene().Start();
        (await scene.NextAsync()).End(lookAgainAt: scene.Time.GetUtcNow() + TimeSpan.FromDays(400));

        await scene.Time.WhenArmedAsync(TimeSpan.FromHours(1));
        scene.Time.Advance(TimeSpan.FromHours(1));

        await scene.NextAsync();
    }

    [Fact]
    public async Task Run_ToLookAgainInThePast_DoesSoAtOnce()
    {
        var scene = new LoopScene().Start();
        (await scene.NextAsync()).End(lookAgainAt: scene.Time.GetUtcNow() - TimeSpan.FromHours(1));

        await scene.NextAsync();
    }

    [Fact]
    public async Task Run_WatchdogWhileIdle_HearsOfTheLoop()
    {
        var scene = new LoopScene { WatchdogTimeout = TimeSpan.FromMinutes(3) }.Start();
        (await scene.NextAsync()).End();
        await scene.HearAsync("status");

        scene.Time.Advance(TimeSpan.FromSeconds(90));
        await scene.HearAsync("alive");
        scene.Time.Advance(TimeSpan.FromSeconds(90));
        await scene.HearAsync("alive");
    }

    [Fact]
    public async Task Run_WatchdogWhileAtWork_HearsOfItOnlyWhileThereAreSignsOfLife()
    {
        var scene = new LoopScene { WatchdogTimeout = TimeSpan.FromMinutes(3) }.Start();
        var turn = await scene.NextAsync();
        scene.Time.Advance(TimeSpan.FromSeconds(90));
        await scene.HearAsync("alive");

        // Nothing is heard of the transition for longer than any call of it may take.
        scene.Time.Advance(scene.Options.StallLimit);
        await scene.HearAsync("log Stalled");
        scene.Progress.Warned("a sign of life");
        scene.Time.Advance(TimeSpan.FromSeconds(90));
        await scene.HearAsync("alive");

        turn.End();
        await scene.HearAsync("status");
        Assert.Equal(2, scene.Said.Count(s => s == "alive"));
    }

    [Fact]
    public async Task Run_WatchdogWhileAStepWaitsAsConfigured_HearsOfItUntilItsBoundHasPassedToo()
    {
        var scene = new LoopScene { WatchdogTimeout = TimeSpan.FromMinutes(3) }.Start();
        var turn = await scene.NextAsync();
        var grace = TimeSpan.FromMinutes(20);
        scene.Progress.MayWait(grace);

        scene.Time.Advance(grace + scene.Options.StallLimit - TimeSpan.FromSeconds(90));
        await scene.HearAsync("alive");
        Assert.DoesNotContain("log Stalled", scene.Said);
        scene.Time.Advance(TimeSpan.FromSeconds(90));
        await scene.HearAsync("log Stalled");

        turn.End();
        await scene.HearAsync("status");
    }

    [Fact]
    public async Task Run_WatchdogWhileAGateGoesRound_HearsOfItForHours()
    {
        var scene = new LoopScene { WatchdogTimeout = TimeSpan.FromMinutes(3) }.Start();
        var turn = await scene.NextAsync();

        for (var minutes = 0; minutes < 180; minutes += 5)
        {
            scene.Time.Advance(TimeSpan.FromMinutes(5));
            await scene.HearAsync("alive");
            scene.Progress.StillWaits();
        }

        turn.End();
        await scene.HearAsync("status");
        Assert.DoesNotContain("log Stalled", scene.Said);
    }

    [Fact]
    public async Task Run_NoWatchdog_SaysNothingToIt()
    {
        var scene = new LoopScene().Start();
        (await scene.NextAsync()).End();
        await scene.Time.WhenArmedAsync(scene.Options.RestAfter);

        scene.Time.Advance(TimeSpan.FromDays(1));
        await scene.HearAsync("rest");

        Assert.DoesNotContain("alive", scene.Said);
    }

    [Fact]
    public async Task Run_StoppedWhileIdle_Ends()
    {
        var scene = new LoopScene().Start();
        (await scene.NextAsync()).End();
        await scene.Time.WhenArmedAsync(scene.Options.RestAfter);

        scene.Stop();

        await scene.EndAsync();
        Assert.Contains("stopping stopped", scene.Said);
        Assert.False(scene.HasTurn());
    }

    [Fact]
    public async Task Run_StoppedWhileAtWork_WaitsForASafeInstantAndAsksForTime()
    {
        var scene = new LoopScene().Start();
        var turn = await scene.NextAsync();

        scene.Stop();
        await scene.HearAsync("stopping");
        await scene.HearAsync("extend 30");
        scene.Time.Advance(scene.Options.StopInterval);
        await scene.HearAsync("extend 30");
        Assert.True(turn.Token.IsCancellationRequested);
        turn.End(end: ExecutionEnd.Suspended);

        await scene.EndAsync();
    }

    [Fact]
    public async Task Run_ReconciliationCancelledByTheStop_EndsWithoutAnError()
    {
        var scene = new LoopScene().Start();
        var turn = await scene.NextAsync();

        scene.Stop();
        turn.Fail(new OperationCanceledException(turn.Token));

        await scene.EndAsync();
        Assert.DoesNotContain(scene.Said, s => s.Contains("UBA-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_HostGoesDown_Ends()
    {
        var scene = new LoopScene().Start();

        (await scene.NextAsync()).End(end: ExecutionEnd.EndsProcess);

        await scene.EndAsync();
    }

    [Fact]
    public async Task Run_LockHeldByAnother_TriesAgainWhenItIsFreed()
    {
        var scene = new LoopScene().Start();
        (await scene.NextAsync()).Fail(Locked);
        await scene.HearAsync("status waiting: process 7 holds it");
        // The holder may have gone before the watch stood.
        await scene.Time.WhenArmedAsync(scene.Options.FirstRetry);
        scene.Time.Advance(scene.Options.FirstRetry);
        (await scene.NextAsync()).Fail(Locked);
        await scene.Time.WhenArmedAsync(scene.Options.LockWait);

        scene.LockFreed!();
        (await scene.NextAsync()).End();

        await scene.HearAsync("status the node is as desired");
        Assert.Null(scene.LockFreed);
    }

    [Fact]
    public async Task Run_LockFreedButTakenAgain_IsNotAHotLoop()
    {
        var scene = new LoopScene().Start();
        (await scene.NextAsync()).Fail(Locked);
        await scene.Time.WhenArmedAsync(scene.Options.FirstRetry);
        scene.Time.Advance(scene.Options.FirstRetry);
        var again = await scene.NextAsync();
        scene.LockFreed!();
        again.Fail(Locked);

        await scene.Time.WhenArmedAsync(scene.Options.FirstRetry);

        Assert.False(scene.HasTurn());
    }

    [Fact]
    public async Task Run_LockFreedWhenNobodyWaitsForIt_ChangesNothing()
    {
        var scene = new LoopScene().Start();
        (await scene.NextAsync()).End();
        await scene.Time.WhenArmedAsync(scene.Options.RestAfter);

        scene.Loop.Post(DaemonEvent.LockFreed);
        scene.Time.Advance(scene.Options.RestAfter);
        await scene.HearAsync("rest");

        Assert.False(scene.HasTurn());
    }

    [Fact]
    public async Task Run_Failed_TriesAgainLaterAndLater()
    {
        var scene = new LoopScene().Start();
        foreach (var seconds in (int[])[1, 2, 4, 8, 16, 32, 64, 120, 120])
        {
            (await scene.NextAsync()).Fail(new InvalidOperationException("boom"));
            await scene.Time.WhenArmedAsync(TimeSpan.FromSeconds(seconds));
            scene.Time.Advance(TimeSpan.FromSeconds(seconds));
        }

        (await scene.NextAsync()).End();
        scene.Loop.Post(DaemonEvent.Wake);
        (await scene.NextAsync()).Fail(new InvalidOperationException("boom"));
        await scene.Time.WhenArmedAsync(scene.Options.FirstRetry);
    }

    [Fact]
    public async Task Run_Failed_SaysWhyToWhoeverLooksOn()
    {
        var scene = new LoopScene().Start();

        (await scene.NextAsync()).Fail(new AgentException(new ErrorCode("UBA-9999", ErrorKind.Precondition), "it failed", "of this", "do that"));

        await scene.HearAsync("status UBA-9999: it failed");
        await scene.Time.WhenArmedAsync(scene.Options.FirstRetry);
        Assert.Equal(new ErrorRecord("UBA-9999", "it failed", "of this", "do that"), scene.LastNote!.Problem);
        Assert.True(scene.LastNote.Settled);
    }

    [Fact]
    public async Task Run_NothingHappensForAWhile_RestsUntilSomethingDoes()
    {
        var scene = new LoopScene().Start();
        (await scene.NextAsync()).End();
        await scene.Time.WhenArmedAsync(scene.Options.RestAfter);
        scene.Time.Advance(scene.Options.RestAfter);
        await scene.HearAsync("rest");
        Assert.Equal(1, scene.Resting);

        scene.Loop.Post(DaemonEvent.Wake);
        await scene.NextAsync();

        Assert.Equal(0, scene.Resting);
    }

    [Fact]
    public async Task Run_StoppedWhileResting_WakesFirst()
    {
        var scene = new LoopScene().Start();
        (await scene.NextAsync()).End();
        await scene.Time.WhenArmedAsync(scene.Options.RestAfter);
        scene.Time.Advance(scene.Options.RestAfter);
        await scene.HearAsync("rest");

        scene.Stop();
        await scene.EndAsync();

        Assert.Equal(0, scene.Resting);
    }

    [Fact]
    public async Task Run_PlanWithAProblem_ShowsTheProblem()
    {
        var scene = new LoopScene().Start();
        (await scene.NextAsync()).End(summary: "no valid configuration says what this node should be");

        await scene.HearAsync("status no valid configuration");
        await scene.Time.WhenArmedAsync(scene.Options.RestAfter);

        Assert.Equal("no valid configuration says what this node should be", scene.LastNote!.Plan);
        Assert.False(scene.LastNote.Working);
    }
}
