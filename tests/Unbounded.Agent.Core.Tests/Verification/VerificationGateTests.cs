using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Verification;
using Unbounded.Agent.Simulation.Clock;
using Unbounded.Agent.Simulation.Worlds;
using static Unbounded.Agent.Core.Tests.Verification.ScriptedCheck;

namespace Unbounded.Agent.Core.Tests.Verification;

public sealed class VerificationGateTests
{
    private static readonly GateLimits Limits = new(TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(30));

    private readonly VirtualTime _time = new();
    private readonly Observer _observer = new();

    [Fact]
    public void Run_OfChecksThatTurnGreen_PassesAfterTheSettleWindow()
    {
        var result = Run(Check("a", GreenFrom(2)), Check("b", GreenFrom(6)));

        Assert.Equal(GateEnd.Passed, result.End);
        Assert.InRange(result.FirstPass!.Value.TotalSeconds, 6, 6.3);
        Assert.InRange(result.Elapsed.TotalSeconds, 36, 37.3);
        Assert.Equal(0, result.Failures);
        Assert.Equal("", result.Failed);
    }

    [Fact]
    public void Run_OfACheckThatEndsNoDowntime_TheNodeIsUpWithoutItAndTheWindowWaitsForIt()
    {
        var result = Run(Check("a", GreenFrom(2)), new ScriptedCheck("b", _time, GreenFrom(9)) { EndsDowntime = false });

        Assert.True(result.Passed);
        Assert.InRange(result.FirstPass!.Value.TotalSeconds, 2, 2.3);
        Assert.InRange(result.Elapsed.TotalSeconds, 39, 40.3);
        Assert.Equal((1, 0, 0), (_observer.FirstPasses, _observer.GreenAgain, _observer.Broken));
    }

    [Fact]
    public void Run_OfACheckThatEndsNoDowntimeAndNeverPasses_TimesOutAllTheSame()
    {
        var result = Run(Check("a", GreenFrom(2)), new ScriptedCheck("b", _time, GreenFrom(1000)) { EndsDowntime = false });

        Assert.Equal(GateEnd.TimedOut, result.End);
        Assert.Equal("b: not up", result.Failed);
    }

    [Fact]
    public void Run_WithoutChecks_PassesAfterTheSettleWindow()
    {
        var result = Run();

        Assert.True(result.Passed);
        Assert.Equal(30, result.Elapsed.TotalSeconds);
    }

    [Fact]
    public void Run_WithoutASettleWindow_PassesAtTheFirstPass()
    {
        var result = Run(Limits with { Settle = TimeSpan.Zero }, default, Check("a", GreenFrom(2)));

        Assert.True(result.Passed);
        Assert.Equal(result.FirstPass, result.Elapsed);
    }

    [Fact]
    public void Run_OfACheckThatNeverTurnsGreen_TimesOutAtTheDeadline()
    {
        var result = Run(Check("a", GreenFrom(0)), Check("b", GreenFrom(1000)));

        Assert.Equal(GateEnd.TimedOut, result.End);
        Assert.InRange(result.Elapsed.TotalSeconds, 60, 60.3);
        Assert.Null(result.FirstPass);
        Assert.Equal("b: not up", result.Failed);
    }

    [Fact]
    public void Run_AfterAFailure_ReportsEveryCheckAndNotOnlyTheOneThatFailed()
    {
        var result = Run(Check("a", GreenFrom(0)), Check("b", GreenFrom(1000)), Check("c", GreenFrom(1000)));

        Assert.Equal(["a", "b", "c"], result.Checks.Select(c => c.Name));
        Assert.Equal([CheckOutcome.Passed, CheckOutcome.NotYet, CheckOutcome.NotYet], result.Checks.Select(c => c.Outcome));
        Assert.All(result.Checks, c => Assert.True(c.Evaluations > 100));
    }

    [Fact]
    public void Run_OfACheckThatCanNeverPass_EndsAtOnce()
    {
        var result = Run(
            Check("wrong", _ => CheckResult.Never("version is 1.30.0")),
            new ScriptedCheck("slow", _time, GreenFrom(0)) { Takes = TimeSpan.FromSeconds(4) });

        Assert.Equal(GateEnd.Never, result.End);
        Assert.Equal(0, result.Elapsed.TotalSeconds);
        Assert.Contains("wrong: version is 1.30.0", result.Failed, StringComparison.Ordinal);
        Assert.Contains("slow: not asked to the end", result.Failed, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_OfACheckThatCanNeverPassByNow_EndsInsideTheSettleWindow()
    {
        var result = Run(Check("restarts", t => t.TotalSeconds < 20 ? CheckResult.Passed("stable") : CheckResult.Never("NRestarts went up")));

        Assert.Equal(GateEnd.Never, result.End);
        Assert.InRange(result.Elapsed.TotalSeconds, 20, 21);
        Assert.NotNull(result.FirstPass);
    }

    [Fact]
    public void Run_OfACheckThatFailsInTheSettleWindow_StartsTheWindowAgainAndCountsIt()
    {
        var result = Run(Check("a", t => t.TotalSeconds is >= 10 and < 12 ? CheckResult.NotYet("gone") : CheckResult.Passed("up")));

        Assert.True(result.Passed);
        Assert.Equal(1, result.Failures);
        Assert.Equal(1, _observer.Broken);
        Assert.InRange(result.Elapsed.TotalSeconds, 42, 43.3);
        Assert.Equal(0, result.FirstPass!.Value.TotalSeconds);
        Assert.Equal((1, 1), (_observer.FirstPasses, _observer.GreenAgain));
    }

    [Fact]
    public void Run_OfACrashLoopSlowerThanItLooks_TimesOut()
    {
        var result = Run(Check("a", t => t.TotalSeconds % 25 < 20 ? CheckResult.Passed("up") : CheckResult.NotYet("restarts")));

        Assert.Equal(GateEnd.TimedOut, result.End);
        Assert.True(result.Failures >= 2);
    }

    [Fact]
    public void Run_OfAWindowThatBeginsBeforeTheDeadline_MayEndAfterIt()
    {
        var result = Run(Check("a", GreenFrom(55)));

        Assert.True(result.Passed);
        Assert.InRange(result.Elapsed.TotalSeconds, 85, 86.3);
    }

    [Fact]
    public void Run_OfAWindowThatBreaksAfterTheDeadline_TimesOut() =>
        Assert.Equal(GateEnd.TimedOut, Run(Check("a", t => t.TotalSeconds is >= 55 and < 70 ? CheckResult.Passed("up") : CheckResult.NotYet("down"))).End);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Run_OfACheckThatHangs_EndsIt_WhetherItHeedsItsTokenOrNot(bool heeds)
    {
        var result = Run(new ScriptedCheck("hangs", _time, GreenFrom(0))
        {
            Takes = TimeSpan.FromHours(1),
            Timeout = TimeSpan.FromSeconds(5),
            HeedsItsToken = heeds,
        });

        Assert.Equal(GateEnd.TimedOut, result.End);
        Assert.InRange(result.Elapsed.TotalSeconds, 60, 61);
        Assert.Contains("no answer within", result.Failed, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.005)]
    [InlineData(2)]
    [InlineData(4.9)]
    public void Run_OfACheckThatTheDeadlineCuts_KeepsWhatItSawLast(double seconds)
    {
        var result = Run(
            new ScriptedCheck("slow", _time, _ => CheckResult.NotYet("kubelet ended with 255")) { Takes = TimeSpan.FromSeconds(seconds) },
            new ScriptedCheck("fine", _time, GreenFrom(0)) { Takes = TimeSpan.FromSeconds(seconds) });

        Assert.Equal(GateEnd.TimedOut, result.End);
        Assert.InRange(result.Elapsed.TotalSeconds, 55, 60);
        Assert.Equal("slow: kubelet ended with 255", result.Failed);
        Assert.Equal("up", result.Checks[1].Evidence);
        Assert.All(result.Checks, c => Assert.Equal((long)(seconds * 1000), c.Milliseconds));
    }

    [Fact]
    public void Run_OfACheckThatHangsAfterItHasAnswered_SaysThatItHangs()
    {
        var answers = 0;
        var result = Run(new ScriptedCheck("once", _time, _ => CheckResult.NotYet("starting"))
        {
            TakesEach = () => answers++ == 0 ? TimeSpan.Zero : TimeSpan.FromHours(1),
        });

        // Its own timeout is an answer of a kind; only what the deadline cuts is none.
        Assert.Equal("once: no answer within 5 s", result.Failed);
    }

    [Fact]
    public void Run_OfACheckThatAnotherOneCuts_KeepsWhatItSawLast()
    {
        var result = Run(
            Check("restarts", t => t.TotalSeconds < 10 ? CheckResult.NotYet("starting") : CheckResult.Never("NRestarts went up")),
            new ScriptedCheck("slow", _time, _ => CheckResult.NotYet("connection refused")) { TakesEach = () => SecondsSinceStart < 9 ? TimeSpan.Zero : TimeSpan.FromSeconds(4) });

        Assert.Equal(GateEnd.Never, result.End);
        Assert.Equal("restarts: NRestarts went up; slow: connection refused", result.Failed);
    }

    [Fact]
    public void Run_OfChecksThatAreNeverGreenTogether_DoesNotPassOnWhatWasSeenBefore()
    {
        // One turns green in the round that the deadline cuts the other one in, whose last answer was a pass.
        var result = Run(
            Limits with { Timeout = TimeSpan.FromSeconds(10), Settle = TimeSpan.Zero },
            default,
            new ScriptedCheck("slow", _time, GreenFrom(0)) { Takes = TimeSpan.FromSeconds(3) },
            Check("late", GreenFrom(9.75)));

        Assert.Equal(GateEnd.TimedOut, result.End);
        Assert.Null(result.FirstPass);
        Assert.Equal("each check passed at some time, but never all of them at once", result.Failed);
    }

    [Fact]
    public void Run_OfSlowChecks_AsksThemAtTheSameTime()
    {
        ICheck[] slow = [.. Enumerable.Range(0, 10).Select(i => new ScriptedCheck($"c{i}", _time, GreenFrom(0)) { Takes = TimeSpan.FromSeconds(1) })];

        var result = Run(Limits with { Settle = TimeSpan.Zero }, default, slow);

        Assert.Equal(1, result.Elapsed.TotalSeconds);
        Assert.All(result.Checks, c => Assert.Equal(1000, c.Milliseconds));
    }

    [Fact]
    public void Run_OfACheckThatThrows_IsAFailureWithItsReason()
    {
        var result = Run(
            Check("coded", _ => throw new AgentException(new("UBA-2001", ErrorKind.Transient), "what", "why", "next")),
            Check("plain", _ => throw new IOException("disk")));

        Assert.Equal("coded: UBA-2001: what: why; plain: IOException: disk", result.Failed);
    }

    [Fact]
    public void Law16_EvidenceWithAToken_IsScrubbed() =>
        Assert.DoesNotContain(Samples.Token, Run(Check("a", _ => CheckResult.NotYet("token " + Samples.Token))).Failed, StringComparison.Ordinal);

    [Fact]
    public void Run_ThatIsStopped_EndsWithoutAVerdict()
    {
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(10), _time);

        Assert.ThrowsAny<OperationCanceledException>(() => Run(Limits, stop.Token, Check("a", GreenFrom(1000))));
        Assert.Equal(10, (_time.GetUtcNow() - VirtualTime.Epoch).TotalSeconds);
    }

    [Fact]
    public void Run_WhileNothingChanges_DoesNotAskMoreOftenThanItsIntervals()
    {
        var green = Check("green", GreenFrom(0));
        var red = Check("red", GreenFrom(1000));

        Run(green);
        Run(red);

        Assert.InRange(green.Asked, 30, 32);
        Assert.InRange(red.Asked, 200, 242);
    }

    [Fact]
    public void Run_EachRound_IsHeardOf()
    {
        var check = Check("a", GreenFrom(6));

        Run(check);

        Assert.Equal(check.Asked, _observer.Rounds);
    }

    private double SecondsSinceStart => (_time.GetUtcNow() - VirtualTime.Epoch).TotalSeconds;

    private ScriptedCheck Check(string name, Func<TimeSpan, CheckResult> script) => new(name, _time, script);

    private GateResult Run(params ICheck[] checks) => Run(Limits, default, checks);

    private GateResult Run(GateLimits limits, CancellationToken stop, params ICheck[] checks)
    {
        GateResult? result = null;
        _time.Run(async () => result = await new VerificationGate(_time).RunAsync(checks, limits, _observer, stop));
        return result!;
    }

    private sealed class Observer : IGateObserver
    {
        public int FirstPasses { get; private set; }

        public int Broken { get; private set; }

        public int Rounds { get; private set; }

        public int GreenAgain { get; private set; }

        public void RoundEnded() => Rounds++;

        public Task FirstPassAsync(TimeSpan after, IReadOnlyList<CheckReport> checks)
        {
            FirstPasses++;
            return Task.CompletedTask;
        }

        public Task BrokenAsync(IReadOnlyList<CheckReport> checks)
        {
            Broken++;
            return Task.CompletedTask;
        }

        public Task GreenAgainAsync(IReadOnlyList<CheckReport> checks)
        {
            GreenAgain++;
            return Task.CompletedTask;
        }
    }
}
