using Unbounded.Agent.Kubernetes.Leading;
using Unbounded.Agent.Linux.Tests;

namespace Unbounded.Agent.Kubernetes.Tests.Leading;

public sealed class TermTests
{
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Tick = TimeSpan.FromTicks(1);

    private readonly ManualTime _shared = new();
    private readonly PausableTime _time;

    public TermTests() => _time = new PausableTime(_shared);

    [Fact]
    public void Term_NotRenewed_IsOverAtItsTimeAndNotBefore()
    {
        using var term = New();
        _shared.Advance(Within - Tick);
        Assert.True(term.IsHeld);
        Assert.False(term.Token.IsCancellationRequested);

        _shared.Advance(Tick);

        Assert.False(term.IsHeld);
        Assert.True(term.Token.IsCancellationRequested);
    }

    [Fact]
    public void Renewed_CountsFromTheSendingOfTheRequestAndNotFromItsAnswer()
    {
        using var term = New();
        _shared.Advance(Within / 2);
        var asked = Moment.Now(_time);
        _shared.Advance(Within / 4);
        term.Renewed(asked);
        _shared.Advance((Within * 3 / 4) - Tick);
        Assert.True(term.IsHeld);

        _shared.Advance(Tick);

        Assert.True(term.Token.IsCancellationRequested);
    }

    [Fact]
    public void Renewed_TooLate_BringsNothingBack()
    {
        using var term = New();
        _shared.Advance(Within / 2);
        var asked = Moment.Now(_time);
        _shared.Advance(Within / 2);
        term.Renewed(asked);

        Assert.False(term.IsHeld);
        Assert.True(term.Token.IsCancellationRequested);
    }

    [Fact]
    public void ThrowIfOver_TimersDidNotFireYet_KnowsAllTheSameAndCancels()
    {
        using var term = New();
        _time.Pause();
        _shared.Advance(Within);
        Assert.False(term.Token.IsCancellationRequested);

        Assert.Throws<OperationCanceledException>(term.ThrowIfOver);

        Assert.True(term.Token.IsCancellationRequested);
    }

    [Fact]
    public void IsHeld_TheMonotonicClockStoodWhileTheHostWasSuspended_IsNot()
    {
        using var term = New();
        _time.Pause();
        _shared.Advance(TimeSpan.FromDays(1));
        _time.Suspended = TimeSpan.FromDays(1);

        Assert.False(term.IsHeld);
    }

    [Fact]
    public void IsHeld_TheWallClockWasSetBack_EndsByTheMonotonicOne()
    {
        using var term = New();
        _time.WallOffset = TimeSpan.FromDays(-365);
        Assert.True(term.IsHeld);

        _shared.Advance(Within);

        Assert.False(term.IsHeld);
    }

    [Fact]
    public void End_OfItsWork_KeepsTheLease()
    {
        using var term = New();
        term.End();

        Assert.True(term.Token.IsCancellationRequested);
        Assert.True(term.IsHeld);
        Assert.Throws<OperationCanceledException>(term.ThrowIfOver);
    }

    [Fact]
    public void Dispose_BeforeItsTime_LeavesNothingThatFires()
    {
        var term = New();
        term.Dispose();
        _shared.Advance(Within * 2);

        Assert.False(term.Token.IsCancellationRequested);
    }

    private Term New() => new(Within, Moment.Now(_time), _time);
}
