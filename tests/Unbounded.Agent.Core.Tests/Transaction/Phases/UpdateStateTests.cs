using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Transaction.Phases;

namespace Unbounded.Agent.Core.Tests.Transaction.Phases;

public sealed class UpdateStateTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void BeginAttempt_OfANewTarget_CountsFromOne()
    {
        var state = Failed(attempts: 2).BeginAttempt("1.30.0", "1.32.0", sameTarget: false, Now);

        Assert.Equal(1, state.AttemptCount);
        Assert.Equal(Now, state.StartedAt);
        Assert.Equal(Phase.Downloading, state.Phase);
    }

    [Fact]
    public void BeginAttempt_OfTheSameTargetAfterAFailure_CountsOn()
    {
        // The ancestor counts only when it leaves idle, so a retry after a failure is not counted there.
        var state = Failed(attempts: 2).BeginAttempt("1.30.0", "1.31.0", sameTarget: true, Now);

        Assert.Equal(3, state.AttemptCount);
    }

    [Fact]
    public void BeginAttempt_AfterASuccess_RefreshesTheFromVersion()
    {
        var state = new UpdateState { Phase = Phase.Success, FromVersion = "1.29.0", ToVersion = "1.30.0" }
            .BeginAttempt("1.30.0", "1.31.0", sameTarget: false, Now);

        Assert.Equal(("1.30.0", "1.31.0"), (state.FromVersion, state.ToVersion));
    }

    [Theory]
    [InlineData(Phase.Verifying, Phase.Success)]
    [InlineData(Phase.Failed, Phase.Idle)]
    public void Enter_SuccessOrIdle_ClearsErrorAndFailures(Phase from, Phase to)
    {
        var state = new UpdateState { Phase = from, LastError = "x", HealthCheckFailures = 2 }.Enter(to, Now);

        Assert.Equal("", state.LastError);
        Assert.Equal(0, state.HealthCheckFailures);
        Assert.Equal(Now, state.UpdatedAt);
    }

    [Fact]
    public void Enter_AnyOtherPhase_KeepsTheLastError() =>
        Assert.Equal("x", new UpdateState { Phase = Phase.Failed, LastError = "x" }.Enter(Phase.Downloading, Now).LastError);

    [Fact]
    public void Enter_APhaseThatMayNotFollow_IsRefused()
    {
        var e = Assert.Throws<AgentException>(() => new UpdateState().Enter(Phase.Success, Now));

        Assert.Equal(CoreErrors.PhaseIllegal, e.Code);
        Assert.Contains("from idle to success", e.What, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Phase.Staged, Phase.Failed)]
    [InlineData(Phase.Verifying, Phase.RolledBack)]
    public void End_OfAnAttempt_SetsItsError(Phase from, Phase to)
    {
        var state = new UpdateState { Phase = from }.End(to, "it did not boot", Now);

        Assert.Equal((to, "it did not boot"), (state.Phase, state.LastError));
    }

    [Fact]
    public void HealthFailed_WhileVerifying_CountsAndGoesBackToActivated()
    {
        var state = new UpdateState { Phase = Phase.Verifying, HealthCheckFailures = 1 }.HealthFailed(Now);

        Assert.Equal((Phase.Activated, 2), (state.Phase, state.HealthCheckFailures));
    }

    [Fact]
    public void HealthPassed_AfterFailures_StartsTheCountAgain() =>
        Assert.Equal(0, new UpdateState { Phase = Phase.Verifying, HealthCheckFailures = 2 }.HealthPassed(Now).HealthCheckFailures);

    private static UpdateState Failed(int attempts) => new()
    {
        Phase = Phase.Failed,
        AttemptCount = attempts,
        FromVersion = "1.30.0",
        ToVersion = "1.31.0",
        LastError = "x",
    };
}
