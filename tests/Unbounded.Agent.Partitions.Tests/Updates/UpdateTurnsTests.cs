using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Transaction.Execution;
using Unbounded.Agent.Core.Transaction.Phases;
using Unbounded.Agent.Core.Transaction.Records;
using Unbounded.Agent.Linux;
using Unbounded.Agent.Partitions.Updates;

namespace Unbounded.Agent.Partitions.Tests.Updates;

public sealed class UpdateTurnsTests : IUpdateSteps
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    private readonly Clock _time = new();
    private readonly List<string> _done = [];
    private bool _verdictIsDue;
    private UpdateEnd _verdict = new(new UpdateState { Phase = Phase.Success }, "committed");
    private UpdateEnd _turn = new(new UpdateState(), "nothing newer");
    private AgentException? _failure;

    [Fact]
    public async Task Turn_WithNothingNewer_LooksAgainInSixHours()
    {
        var turns = Turns();

        var result = await turns.TurnAsync(CancellationToken.None);

        Assert.Equal((ExecutionEnd.Completed, Noon + UpdateTurns.Interval, "nothing newer"), (result.End, result.LookAgainAt, result.Plan.Summary));
        _time.Now += TimeSpan.FromHours(5);
        Assert.Same(result, await turns.TurnAsync(CancellationToken.None));
        _time.Now += TimeSpan.FromHours(1);
        await turns.TurnAsync(CancellationToken.None);
        Assert.Equal(["turn", "turn"], _done);
    }

    [Fact]
    public async Task Turn_BeforeTheWindow_LooksAgainWhenItOpens()
    {
        var result = await Turns(new() { MaintenanceWindow = "13:30-14:00" }).TurnAsync(CancellationToken.None);

        Assert.Equal(Noon + TimeSpan.FromMinutes(90), result.LookAgainAt);
    }

    [Fact]
    public async Task Turn_InTheWindow_LooksAgainInSixHours()
    {
        var result = await Turns(new() { MaintenanceWindow = "11:30-14:00" }).TurnAsync(CancellationToken.None);

        Assert.Equal(Noon + UpdateTurns.Interval, result.LookAgainAt);
    }

    [Fact]
    public async Task Turn_ThatReboots_EndsTheProcess()
    {
        _turn = new(new UpdateState { Phase = Phase.Activated }, "the next boot tries slot B", Reboots: true);

        var result = await Turns().TurnAsync(CancellationToken.None);

        Assert.Equal((ExecutionEnd.EndsProcess, null), (result.End, result.LookAgainAt));
    }

    [Fact]
    public async Task Turn_AfterTheBoot_GivesTheVerdictAndThenLooksOn()
    {
        _verdictIsDue = true;
        var turns = Turns();

        var verdict = await turns.TurnAsync(CancellationToken.None);
        _verdictIsDue = false;
        await turns.TurnAsync(CancellationToken.None);

        Assert.Equal(("committed", Noon), (verdict.Plan.Summary, verdict.LookAgainAt));
        Assert.Equal(["healthcheck", "turn"], _done);
    }

    [Fact]
    public async Task Turn_WhoseVerdictFails_GivesItAgainUntilTheHostGoesBack()
    {
        _verdictIsDue = true;
        _verdict = new(new UpdateState { Phase = Phase.Activated }, "1 of 3 failed") { Succeeded = false };
        var turns = Turns();

        Assert.Equal(Noon + UpdateTurns.BetweenVerdicts, (await turns.TurnAsync(CancellationToken.None)).LookAgainAt);
        _verdict = new(new UpdateState { Phase = Phase.RolledBack }, "the host goes back", Reboots: true) { Succeeded = false };
        Assert.Equal(ExecutionEnd.EndsProcess, (await turns.TurnAsync(CancellationToken.None)).End);

        Assert.Equal(["healthcheck", "healthcheck"], _done);
    }

    [Fact]
    public async Task Turn_WithASlotThatHasYetToBoot_DoesNotHurry()
    {
        _verdictIsDue = true;
        _verdict = new(new UpdateState { Phase = Phase.Activated }, "slot A is healthy; slot B waits to be booted");

        Assert.Equal(Noon + UpdateTurns.AfterFailure, (await Turns().TurnAsync(CancellationToken.None)).LookAgainAt);
    }

    [Fact]
    public async Task Turn_ThatFails_SaysWhyAndIsTriedAgainLater()
    {
        _failure = new(PartitionsErrors.SourceUnavailable, "no index", "why", "next");
        var turns = Turns();

        var result = await turns.TurnAsync(CancellationToken.None);

        Assert.Equal(("UBA-7302", Noon + UpdateTurns.AfterFailure), (result.Problem!.Code, result.LookAgainAt));
        await turns.TurnAsync(CancellationToken.None);
        Assert.Single(_done);
        (_failure, _time.Now) = (null, Noon + UpdateTurns.AfterFailure);
        Assert.Null((await turns.TurnAsync(CancellationToken.None)).Problem);
    }

    [Fact]
    public async Task Turn_ThatIsKeptBack_SaysByWhatAndLooksAgainWhenItIsWorthWhile()
    {
        var withheld = new ErrorRecord("UBA-7404", "not activated", "the label", "next");
        _turn = new(new UpdateState { Phase = Phase.Staged }, "kept back") { Problem = withheld, LookAgainAt = Noon + TimeSpan.FromMinutes(20) };

        var result = await Turns().TurnAsync(CancellationToken.None);

        Assert.Equal((withheld, Noon + TimeSpan.FromMinutes(20)), (result.Problem, result.LookAgainAt));
    }

    [Fact]
    public async Task Turn_WhileAnotherRunHoldsTheLock_IsLeftToTheLoop()
    {
        _failure = new(LinuxErrors.Locked, "locked", "why", "next");

        await Assert.ThrowsAsync<AgentException>(() => Turns().TurnAsync(CancellationToken.None));
    }

    Task<bool> IUpdateSteps.IsVerdictDueAsync(CancellationToken cancellationToken) => Task.FromResult(_verdictIsDue);

    Task<UpdateEnd> IUpdateSteps.HealthcheckAsync(CancellationToken cancellationToken) => DoneAsync("healthcheck", _verdict);

    Task<UpdateEnd> IUpdateSteps.TurnAsync(CancellationToken cancellationToken) => DoneAsync("turn", _turn);

    private UpdateTurns Turns(UpdateSettings? settings = null) => new(this, settings ?? new(), _time);

    private Task<UpdateEnd> DoneAsync(string what, UpdateEnd end)
    {
        _done.Add(what);
        return _failure is null ? Task.FromResult(end) : Task.FromException<UpdateEnd>(_failure);
    }

    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = Noon;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
