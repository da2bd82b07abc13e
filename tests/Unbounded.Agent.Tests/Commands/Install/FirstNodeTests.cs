using Unbounded.Agent.Commands.Install;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Transaction.Records;
using Unbounded.Agent.Progress;
using Unbounded.Agent.Tests.Support;

namespace Unbounded.Agent.Tests.Commands.Install;

public sealed class FirstNodeTests
{
    private static readonly DateTimeOffset Began = Records.Now;

    private static AgentRecord GivenUp => new()
    {
        LastTransition = Records.Ended(TransitionResult.Failed) with { Kind = TransitionKind.Install, From = null, To = Records.Kube1 },
    };

    [Fact]
    public void Of_ANodeThatRuns_EndsTheWait() => Assert.Same(Records.Kube1.Value, FirstNode.Of(Records.Installed, note: null, Began)!.Active!.Slot.Value);

    [Fact]
    public void Of_NothingYet_IsHope() => Assert.Null(FirstNode.Of(record: null, note: null, Began));

    [Theory]
    [InlineData(true, 1)]
    [InlineData(true, -1)]
    [InlineData(false, 1)]
    public void Of_ATransitionUnderWay_IsHopeWhateverTheNoteSays(bool settled, int seconds) =>
        Assert.Null(FirstNode.Of(Records.Swapping(StepKind.Prepare) with { Active = null }, Note(seconds) with { Settled = settled }, Began));

    [Fact]
    public void Of_ADaemonThatStillWorks_IsHope() => Assert.Null(FirstNode.Of(record: null, Note(1) with { Settled = false }, Began));

    [Fact]
    public void Of_ANoteFromBefore_IsNotAboutThisInstallation() => Assert.Null(FirstNode.Of(record: null, Note(-1), Began));

    [Theory]
    [InlineData(2, false, true)]
    [InlineData(2, true, false)]
    [InlineData(1, false, false)]
    public void Of_AnInstallationThatIsTriedAgainByItself_IsHope(int retryAt, bool failed, bool hope)
    {
        var record = GivenUp with { Attempts = new() { Fingerprint = "f", Used = 1, Failed = failed, RetryAt = Began.AddSeconds(retryAt) } };

        Assert.Equal(hope, FirstNode.Of(record, Note(1), Began) is null);
    }

    [Fact]
    public void Of_AnInstallationThatWasGivenUp_EndsTheWait() =>
        Assert.Equal(TransitionResult.Failed, FirstNode.Of(GivenUp, Note(1), Began)!.LastTransition!.Result);

    [Fact]
    public void Of_ADaemonThatRestsWithAProblem_FailsWithIt()
    {
        var error = Assert.Throws<AgentException>(() => FirstNode.Of(record: null, Note(1) with { Problem = Records.Error }, Began));

        Assert.Equal((Records.Error.Code, Records.Error.Cause), (error.Code.Id, error.Why));
    }

    [Fact]
    public void Of_ADaemonThatRestsWithoutAProblem_FailsWithItsPlan()
    {
        var error = Assert.Throws<AgentException>(() => FirstNode.Of(record: null, Note(1), Began));

        Assert.Equal((FrontDoorErrors.DaemonProblem, "updates are paused"), (error.Code, error.Why));
    }

    [Fact]
    public void Of_ADaemonThatRestsWithoutAWord_SaysThatToo() =>
        Assert.Equal("the daemon gave no reason", Assert.Throws<AgentException>(() => FirstNode.Of(record: null, Note(1) with { Plan = null }, Began)).Why);

    private static LiveProgress Note(int seconds) => new() { Settled = true, Plan = "updates are paused", At = Began.AddSeconds(seconds) };
}
