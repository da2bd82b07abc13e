using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Transaction.Records;
using Unbounded.Agent.Following;
using Unbounded.Agent.Linux.Locks;
using Unbounded.Agent.Progress;
using Unbounded.Agent.Requests;
using Unbounded.Agent.Tests.Support;

namespace Unbounded.Agent.Tests.Following;

public sealed class FollowerTests : IDisposable
{
    private readonly Host _host = new();
    private readonly StringWriter _writer = new() { NewLine = "\n" };
    private readonly RecordStore _records;
    private readonly Follower _follower;

    public FollowerTests()
    {
        _records = new RecordStore(_host.Store, _host.Paths.Record);
        _follower = Follower(() => true);
    }

    private static CancellationToken Limit => new CancellationTokenSource(TimeSpan.FromMinutes(1)).Token;

    public void Dispose() => _host.Dispose();

    private Follower Follower(Func<bool> daemonRuns, TimeSpan? patience = null) =>
        new(_host.Paths, _records, new LineProgressView(_writer, TimeProvider.System), daemonRuns, TimeProvider.System, patience);

    [Fact]
    public async Task Follow_WhatIsSoAlready_EndsAtOnce()
    {
        await _records.SaveAsync(Records.Installed, Limit);

        var record = await _follower.FollowAsync((now, _) => Task.FromResult(now), Limit);

        Assert.Equal("kube1", record.Active!.Slot.Value);
    }

    [Fact]
    public async Task Follow_ARecordThatIsSavedLater_SeesIt()
    {
        var following = _follower.FollowAsync((now, _) => Task.FromResult(now), Limit);
        await _records.SaveAsync(Records.Installed, Limit);

        Assert.NotNull((await following).Active);
    }

    [Fact]
    public async Task Follow_Notes_AreShownAndPassedOn()
    {
        var following = _follower.FollowAsync((_, note) => Task.FromResult(note is { Settled: true } ? note.Plan : null), Limit);
        var file = new ProgressFile(_host.Paths.ProgressFile);
        file.Note(new LiveProgress { Working = true, Step = "prepare", Description = "fill kube2" });
        file.Note(new LiveProgress { Settled = true, Plan = "the node is as desired" });

        Assert.Equal("the node is as desired", await following);
    }

    [Fact]
    public async Task Follow_ARequestThatIsAnswered_SeesItGo()
    {
        var requests = new RequestStore(_host.Store, _host.Paths);
        await requests.AddAsync(new("7", RequestKind.Rollback, Records.Now), Limit);
        var following = _follower.FollowAsync((_, _) => Task.FromResult(requests.Waits("7") ? null : "gone"), Limit);

        await requests.AnswerAsync("7", refusal: null, Limit);

        Assert.Equal("gone", await following);
    }

    [Fact]
    public async Task Follow_AnErrorOfTheCondition_EndsIt()
    {
        Task<string?> Fails(AgentRecord? record, LiveProgress? note) => throw new InvalidOperationException("boom");

        await Assert.ThrowsAsync<InvalidOperationException>(() => _follower.FollowAsync(Fails, Limit));
    }

    [Fact]
    public async Task Follow_ADaemonThatEnds_EndsWithWhatToDo()
    {
        // Its lock is all that tells of its end, however it ends: the kernel gives it back.
        var daemon = AgentLock.Take(_host.Paths.DaemonLock, "daemon", TimeProvider.System);
        var follower = Follower(() => AgentLock.Holder(_host.Paths.DaemonLock) is not null, TimeSpan.Zero);
        var looked = new TaskCompletionSource();
        var following = follower.FollowAsync(
            (_, _) =>
            {
                looked.TrySetResult();
                return Task.FromResult<string?>(null);
            },
            Limit);
        await looked.Task;
        Assert.False(following.IsCompleted);

        daemon.Dispose();

        var error = await Assert.ThrowsAsync<AgentException>(() => following);
        Assert.Equal(FrontDoorErrors.DaemonStopped, error.Code);
        Assert.Contains("systemctl start unbounded-agent-daemon.service", error.Next, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Follow_NoDaemon_IsWaitedForALittle()
    {
        var error = await Assert.ThrowsAsync<AgentException>(
            () => Follower(() => false, TimeSpan.FromMilliseconds(1)).FollowAsync((_, _) => Task.FromResult<string?>(null), Limit));

        Assert.Equal(FrontDoorErrors.DaemonStopped, error.Code);
        Assert.Contains("waiting a moment for it", _writer.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Follow_ADaemonThatIsRestarted_IsFollowedOn()
    {
        var runs = false;
        var gone = new TaskCompletionSource();
        var follower = Follower(
            () =>
            {
                if (!runs)
                    gone.TrySetResult();
                return runs;
            },
            TimeSpan.FromHours(1));
        var following = follower.FollowAsync((now, _) => Task.FromResult(now), Limit);
        await gone.Task;

        runs = true;
        using var daemon = AgentLock.Take(_host.Paths.DaemonLock, "daemon", TimeProvider.System);
        await _records.SaveAsync(Records.Installed, Limit);

        Assert.NotNull((await following).Active);
    }

    [Fact]
    public async Task Follow_ADaemonThatEndsWhenItIsDone_HasItsAnswerCounted()
    {
        await _records.SaveAsync(Records.Installed, Limit);

        Assert.NotNull((await Follower(() => false, TimeSpan.Zero).FollowAsync((now, _) => Task.FromResult(now), Limit)).Active);
    }

    [Fact]
    public async Task Follow_Cancelled_StopsLookingOn()
    {
        using var stop = new CancellationTokenSource();
        var following = _follower.FollowAsync((_, _) => Task.FromResult<string?>(null), stop.Token);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => following);
    }

    [Fact]
    public async Task Follow_AChangeThatIsSaidWhenItHasEnded_IsNoError()
    {
        var time = new LateTime();
        var follower = new Follower(_host.Paths, _records, new LineProgressView(_writer, time), () => true, time);
        await _records.SaveAsync(Records.Installed, Limit);
        await follower.FollowAsync((now, _) => Task.FromResult(now), Limit);

        Assert.NotEmpty(time.Callbacks);
        foreach (var callback in time.Callbacks)
            callback();
    }

    /// <summary>Timers whose callbacks were queued already when they were disposed of: the test calls them afterwards.</summary>
    private sealed class LateTime : TimeProvider
    {
        public List<Action> Callbacks { get; } = [];

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Callbacks.Add(() => callback(state));
            return System.CreateTimer(_ => { }, state: null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }
}
