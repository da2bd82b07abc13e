using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Verification;
using Unbounded.Agent.Kubernetes;
using Unbounded.Agent.Linux.DBus.Systemd;
using Unbounded.Agent.Linux.Tests;
using Unbounded.Agent.Machines.Checks;
using Unbounded.Agent.Machines.Tests.Support;

namespace Unbounded.Agent.Machines.Tests.Checks;

public sealed class NodeHeartbeatCheckTests
{
    private const string Kubelet = "kubelet.service";

    private readonly ManualTime _time = new();
    private readonly FakeNodes _nodes = new();
    private readonly FakeNode _node = new("/");
    private readonly FakeClusterNode _cluster = new();
    private readonly NodeHeartbeatCheck _check;

    public NodeHeartbeatCheckTests()
    {
        _nodes[Targets.One] = _node;
        _check = new(Targets.One, _nodes, _cluster, _time);
        Starts("one", ago: 10);
    }

    [Fact]
    public async Task Evaluate_RenewedAfterTheKubeletsStart_PassesAndAsksNoMore()
    {
        _cluster.Renewed = Ago(9);

        Assert.Contains("after the kubelet's start", (await EvaluateAsync(CheckOutcome.Passed)).Evidence, StringComparison.Ordinal);
        _time.Advance(TimeSpan.FromMinutes(1));
        await EvaluateAsync(CheckOutcome.Passed);

        Assert.Equal(1, _cluster.Asked);
        Assert.False(((ICheck)_check).EndsDowntime);
    }

    [Fact]
    public async Task Evaluate_RenewedByTheOldKubelet_IsNotYet()
    {
        _cluster.Renewed = Ago(11);

        Assert.Contains("renewed last", (await EvaluateAsync(CheckOutcome.NotYet)).Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Evaluate_AnotherKubelet_IsAskedForAnew()
    {
        _cluster.Renewed = Ago(9);
        await EvaluateAsync(CheckOutcome.Passed);

        Starts("two", ago: 1);
        _time.Advance(TimeSpan.FromSeconds(5));

        await EvaluateAsync(CheckOutcome.NotYet);
    }

    [Fact]
    public async Task Evaluate_AClockThatWasSetBack_OnlyAChangeCounts()
    {
        _cluster.Renewed = Ago(-3600);
        await EvaluateAsync(CheckOutcome.NotYet);
        _time.Advance(TimeSpan.FromSeconds(2));
        await EvaluateAsync(CheckOutcome.NotYet);

        _cluster.Renewed = Ago(0);
        _time.Advance(TimeSpan.FromSeconds(2));

        await EvaluateAsync(CheckOutcome.Passed);
    }

    [Fact]
    public async Task Evaluate_AClusterThatKeepsNoLease_IsWaived() =>
        Assert.Contains("waived", (await EvaluateAsync(CheckOutcome.Passed)).Evidence, StringComparison.Ordinal);

    [Fact]
    public async Task Evaluate_NoKubelet_IsNotYetWithoutAsking()
    {
        _node.Fake.Unit(Kubelet).State = new UnitState(Kubelet) { ActiveState = ActiveState.Failed };

        await EvaluateAsync(CheckOutcome.NotYet);

        Assert.Equal(0, _cluster.Asked);
    }

    [Fact]
    public async Task Evaluate_ADaemonThatFollowsNoCluster_Passes()
    {
        _cluster.IsFollowed = false;

        await EvaluateAsync(CheckOutcome.Passed);

        Assert.Equal(0, _cluster.Asked);
    }

    [Theory]
    [InlineData("UBA-5203")]
    [InlineData("UBA-5206")]
    [InlineData("UBA-5207")]
    public async Task Law04_Evaluate_TheServerCantBeAsked_IsWaivedAndSaid(string code)
    {
        _cluster.Failure = new AgentException(new ErrorCode(code, KubernetesErrors.Unreachable.Kind), "what", "why", "next");

        var result = await EvaluateAsync(CheckOutcome.Passed);

        Assert.Contains("waived", result.Evidence, StringComparison.Ordinal);
        Assert.Contains(code, result.Evidence, StringComparison.Ordinal);
    }

    private DateTimeOffset Ago(double seconds) => _time.GetUtcNow() - TimeSpan.FromSeconds(seconds);

    private async Task<CheckResult> EvaluateAsync(CheckOutcome outcome)
    {
        var result = await _check.EvaluateAsync(default);
        Assert.Equal(outcome, result.Outcome);
        return result;
    }

    // The clock's zero is that of the fake's timestamps.
    private void Starts(string invocation, double ago) => _node.Fake.Unit(Kubelet).State = new UnitState(Kubelet)
    {
        ActiveState = ActiveState.Active,
        MainPid = 7,
        InvocationId = invocation,
        MainProcessStartedAt = _time.GetElapsedTime(0) - TimeSpan.FromSeconds(ago),
    };
}
