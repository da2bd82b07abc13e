using Unbounded.Agent.Kubernetes.Leading;
using Unbounded.Agent.Kubernetes.Tests.Support;
using Unbounded.Agent.Linux.Tests;

namespace Unbounded.Agent.Kubernetes.Tests.Leading;

/// <summary>The election as it runs, on one thread and a clock that the test moves.</summary>
public sealed class LeaderElectionTests
{
    private static readonly ElectionOptions Options = new();
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);

    private readonly ManualTime _time = new();
    private readonly LeaseTable _table = new();

    [Fact]
    public void Run_TheFirst_LeadsAtOnceAndKeepsTheLead() => Pump.Run(pump =>
    {
        var (a, b) = (Start("a"), Start("b"));
        Advance(pump, TimeSpan.FromMinutes(5));

        Assert.True(a.Acts);
        Assert.False(b.Acts);
        Assert.Equal((1, 0), (a.Terms, b.Terms));
        Assert.Equal(["a"], _table.Holders);
    });

    [Fact]
    public void Run_ALeaderThatIsToldToStop_GivesTheLeaseBackAndTheNextLeadsAtItsNextLook() => Pump.Run(pump =>
    {
        var (a, b) = (Start("a"), Start("b"));
        Advance(pump, TimeSpan.FromSeconds(20));
        a.Stop();
        pump.Drain();
        Assert.True(a.Run.IsCompletedSuccessfully);
        Assert.Equal("", _table.Stored!.Holder);

        Advance(pump, Options.Period * 1.2);

        Assert.True(b.Acts);
        Assert.Equal(1, a.Log.Count("LeaderReleased"));
    });

    [Fact]
    public void Run_ALeaderThatIsToldToStop_HoldsTheLeaseUntilItsWorkHasEnded() => Pump.Run(pump =>
    {
        var a = Start("a", start: r => r.Stubborn = new());
        var b = Start("b");
        Advance(pump, TimeSpan.FromSeconds(1));
        a.Stop();
        Advance(pump, TimeSpan.FromMinutes(2));
        Assert.Equal(0, b.Terms);
        Assert.False(a.Run.IsCompleted);

        a.Stubborn!.SetResult();
        pump.Drain();
        Advance(pump, Options.Period * 1.2);

        Assert.True(a.Run.IsCompletedSuccessfully);
        Assert.True(b.Acts);
    });

    [Fact]
    public void Run_ALeaderThatDied_IsSucceededWhenItsLeaseHasRunOutAndNotBefore() => Pump.Run(pump =>
    {
        var (a, b) = (Start("a"), Start("b"));
        Advance(pump, TimeSpan.FromSeconds(20));
        // Killed: nothing of it happens any more.
        a.Wire.IsDown = true;
        a.Time.Pause();
        Advance(pump, Options.Duration - Options.Period - Step);
        Assert.Equal(0, b.Terms);

        Advance(pump, (Options.Period * 2.2) + Step);

        Assert.True(b.Acts);
        Assert.Equal(1, _table.Stored!.Transitions);
    });

    [Fact]
    public void Run_TheServerIsLost_ItsWorkEndsBeforeAnotherCouldLead() => Pump.Run(pump =>
    {
        var (a, b) = (Start("a"), Start("b"));
        Advance(pump, TimeSpan.FromSeconds(20));
        a.Wire.IsDown = true;
        Advance(pump, Options.RenewWithin);

        Assert.Null(a.Term);
        Assert.Equal(0, b.Terms);
        Assert.Equal(1, a.Log.Count("LeaderLost"));
        Assert.Equal(1, a.Log.Count("LeaseUnreachable"));
        Advance(pump, Options.Duration);
        Assert.True(b.Acts);
    });

    [Fact]
    public void Run_TheServerIsLostForAWhile_TheLeaderStays() => Pump.Run(pump =>
    {
        var (a, b) = (Start("a"), Start("b"));
        Advance(pump, TimeSpan.FromSeconds(20));
        a.Wire.IsDown = true;
        Advance(pump, Options.RenewWithin - (Options.Period * 2.5));
        a.Wire.IsDown = false;
        Advance(pump, TimeSpan.FromMinutes(1));

        Assert.Equal((1, 0), (a.Terms, b.Terms));
        Assert.True(a.Acts);
    });

    [Fact]
    public void Run_TheServerIsLostToAll_OneLeadsWhenItIsBack() => Pump.Run(pump =>
    {
        var (a, b) = (Start("a"), Start("b"));
        Advance(pump, TimeSpan.FromSeconds(20));
        (a.Wire.IsDown, b.Wire.IsDown) = (true, true);
        Advance(pump, TimeSpan.FromMinutes(10));
        Assert.False(a.Acts || b.Acts);

        (a.Wire.IsDown, b.Wire.IsDown) = (false, false);
        Advance(pump, Options.Duration * 2);

        Assert.True(a.Acts ^ b.Acts);
    });

    [Fact]
    public void Run_ALeaderThatStoodStill_DoesNothingWhenItWakesUp() => Pump.Run(pump =>
    {
        var (a, b) = (Start("a"), Start("b"));
        Advance(pump, TimeSpan.FromSeconds(20));
        a.Time.Pause();
        Advance(pump, TimeSpan.FromMinutes(1));
        Assert.True(b.Acts);

        // Its timers have not fired yet: its work goes on where it was.
        var term = a.Term!;
        Assert.False(term.IsHeld);
        Assert.Throws<OperationCanceledException>(term.ThrowIfOver);
        a.Time.Resume();
        pump.Drain();

        Assert.Null(a.Term);
        Assert.True(b.Acts);
    });

    [Fact]
    public void Run_ALeaderWhoseHostWasSuspended_DoesNothingThoughItsMonotonicClockStood() => Pump.Run(pump =>
    {
        var (a, b) = (Start("a"), Start("b"));
        Advance(pump, TimeSpan.FromSeconds(20));
        a.Time.Pause();
        Advance(pump, TimeSpan.FromHours(8));
        a.Time.Suspended = TimeSpan.FromHours(8);
        a.Time.Resume();

        Assert.False(a.Acts);
        pump.Drain();
        Assert.True(b.Acts);
    });

    [Fact]
    public void Run_AStolenLease_EndsTheTermAtTheNextRenewal() => Pump.Run(pump =>
    {
        var a = Start("a");
        Advance(pump, TimeSpan.FromSeconds(20));
        _table.Seize("thief", Options.Duration);
        Advance(pump, Options.Period * 1.2);

        Assert.Null(a.Term);
        Assert.Contains(a.Log.Lines, l => l.Contains("thief", StringComparison.Ordinal));
        Advance(pump, Options.Duration - (Options.Period * 2));
        Assert.Equal(1, a.Terms);
        Advance(pump, Options.Duration);
        Assert.True(a.Acts);
    });

    [Fact]
    public void Run_ALeaseThatWasDeleted_EndsTheTermAndIsMadeAnew() => Pump.Run(pump =>
    {
        var (a, b) = (Start("a"), Start("b"));
        Advance(pump, TimeSpan.FromSeconds(20));
        _table.Delete();
        Advance(pump, Options.Duration * 3);

        Assert.True(a.Acts ^ b.Acts);
        Assert.NotNull(_table.Stored);
    });

    [Fact]
    public void Run_ALeaseThatWasDeleted_IsNotTakenByWhoJustSawItHeld() => Pump.Run(pump =>
    {
        var (a, b) = (Start("a"), Start("b"));
        Advance(pump, TimeSpan.FromSeconds(20));
        // The leader can't see that it is gone.
        a.Wire.IsDown = true;
        _table.Delete();
        Advance(pump, Options.RenewWithin - Step);

        Assert.Equal(0, b.Terms);
    });

    [Fact]
    public void Run_ARenewalWhoseAnswerWasLost_IsFoundAgainAndTheLeaderStays() => Pump.Run(pump =>
    {
        var a = Start("a");
        Advance(pump, Step);
        a.Wire.IsPerfect = false;
        Advance(pump, Options.Period * 1.2);
        a.Wire.Deliver(0);
        a.Wire.Drop(0);
        pump.Drain();
        a.Wire.IsPerfect = true;
        Advance(pump, TimeSpan.FromMinutes(1));

        Assert.Equal(1, a.Terms);
        Assert.True(a.Acts);
    });

    [Fact]
    public void Run_AnAnswerThatComesWhenTheTermIsOver_BringsNothingBack() => Pump.Run(pump =>
    {
        var a = Start("a");
        Advance(pump, Step);
        a.Wire.IsPerfect = false;
        var term = a.Term!;
        Advance(pump, Options.RenewWithin + Step);
        Assert.Null(a.Term);

        // The renewal that was given up arrives, and so does its answer; what was sent after it still waits.
        a.Wire.Deliver(0);
        a.Wire.Deliver(a.Wire.InFlight - 1);
        pump.Drain();

        Assert.False(term.IsHeld);
        Assert.Equal(1, a.Terms);
    });

    [Fact]
    public void Run_ATakingWhoseAnswerTookTooLong_BeginsNoTerm() => Pump.Run(pump =>
    {
        var a = Start("a", start: r => r.Wire.IsPerfect = false, waits: true);
        a.Wire.Deliver(0);
        a.Wire.Deliver(0);
        pump.Drain();
        a.Wire.Deliver(0);
        Advance(pump, Options.RenewWithin);
        a.Wire.Deliver(0);
        pump.Drain();

        Assert.Equal("a", _table.Stored!.Holder);
        Assert.Equal(0, a.Terms);
    });

    [Fact]
    public void Run_WallClocksYearsApart_ChangeNothing() => Pump.Run(pump =>
    {
        var (a, b) = (Start("a"), Start("b"));
        a.Time.WallOffset = TimeSpan.FromDays(-4000);
        b.Time.WallOffset = TimeSpan.FromDays(4000);
        Advance(pump, TimeSpan.FromMinutes(2));
        Assert.Equal((1, 0), (a.Terms, b.Terms));

        a.Stop();
        Advance(pump, TimeSpan.FromMinutes(2));

        Assert.True(b.Acts);
        Assert.Equal(1, b.Terms);
    });

    [Fact]
    public void Run_AHolderWhoseClockStands_IsSeenToRenew() => Pump.Run(pump =>
    {
        var (a, b) = (Start("a"), Start("b"));
        for (var i = 0; i < 1200; i++)
        {
            a.Time.WallOffset -= Step;
            Advance(pump, Step);
        }

        Assert.Equal((1, 0), (a.Terms, b.Terms));
    });

    [Fact]
    public void Run_ALongerLeaseOfTheHolder_IsRespected() => Pump.Run(pump =>
    {
        var a = Start("a", options: ElectionOptions.Lasting(TimeSpan.FromMinutes(2)));
        var b = Start("b", options: ElectionOptions.Lasting(TimeSpan.FromSeconds(2)));
        Advance(pump, TimeSpan.FromMinutes(5));

        Assert.Equal((1, 0), (a.Terms, b.Terms));
    });

    [Fact]
    public void Run_WorkThatThrows_GivesTheLeaseBackAndComesOut() => Pump.Run(pump =>
    {
        var a = Start("a", start: r => r.Stubborn = new());
        Advance(pump, Step);
        a.Stubborn!.SetException(new InvalidOperationException("a fault"));
        pump.Drain();

        Assert.Equal("a fault", Assert.IsType<InvalidOperationException>(a.Run.Exception!.InnerException).Message);
        Assert.Equal("", _table.Stored!.Holder);
    });

    [Fact]
    public void Run_StoppedBeforeItLed_EndsAndTakesNothing() => Pump.Run(pump =>
    {
        var (a, b) = (Start("a"), Start("b"));
        Advance(pump, TimeSpan.FromSeconds(3));
        b.Stop();
        pump.Drain();

        Assert.True(b.Run.IsCompletedSuccessfully);
        Assert.True(a.Acts);
        Assert.Equal(["a"], _table.Holders);
    });

    [Theory]
    [InlineData(1.9)]
    [InlineData(-5)]
    [InlineData(3601)]
    public void Lasting_TooShortOrTooLong_IsRefused(double seconds) =>
        Assert.Equal(KubernetesErrors.Refused, Assert.Throws<Core.Errors.AgentException>(() => ElectionOptions.Lasting(TimeSpan.FromSeconds(seconds))).Code);

    private Runner Start(string name, ElectionOptions? options = null, Action<Runner>? start = null, bool waits = false)
    {
        var runner = new Runner(_table, _time, name, options: options, start: start);
        if (!waits)
            ((Pump)SynchronizationContext.Current!).Drain();
        return runner;
    }

    private void Advance(Pump pump, TimeSpan by)
    {
        for (var left = by; left > TimeSpan.Zero; left -= Step)
        {
            _time.Advance(left < Step ? left : Step);
            pump.Drain();
        }
    }
}
