using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Verification;
using Unbounded.Agent.Kubernetes;
using Unbounded.Agent.Linux.Tests;
using Unbounded.Agent.Machines.Checks;
using Unbounded.Agent.Machines.Cluster;
using Unbounded.Agent.Machines.Tests.Support;

namespace Unbounded.Agent.Machines.Tests.Checks;

public sealed class NodeReadyCheckTests
{
    private const string Boot = "9b0f5d3c-1111-2222-3333-444455556666";

    private static readonly ClusterNodeView Healthy = new(Boot, "v1.20.4", IsReady: true, "KubeletReady: well", WasReady: true);

    private readonly FakeNodes _nodes = new();
    private readonly FakeClusterNode _cluster = new();
    private readonly NodeReadyCheck _check;

    public NodeReadyCheckTests()
    {
        _nodes[Targets.One] = new FakeNode("/") { BootId = Boot };
        _check = new(Targets.One, _nodes, _cluster, "1.20.4", TimeProvider.System);
    }

    [Fact]
    public async Task Evaluate_ReadyUnderTheMachinesBootId_PassesWithoutAsking()
    {
        _cluster.Latest = Healthy;

        Assert.Equal(CheckOutcome.Passed, (await _check.EvaluateAsync(default)).Outcome);
        Assert.Equal(0, _cluster.Asked);
    }

    [Fact]
    public async Task Evaluate_ADaemonThatFollowsNoCluster_Passes()
    {
        _cluster.IsFollowed = false;

        Assert.Equal(CheckOutcome.Passed, (await _check.EvaluateAsync(default)).Outcome);
        Assert.Equal(0, _cluster.Asked);
    }

    [Fact]
    public async Task Evaluate_TheNodeOfTheOldSide_IsNotYetHoweverReady()
    {
        _cluster.Latest = _cluster.Answer = Healthy with { BootId = "00000000-1111-2222-3333-444455556666" };

        var result = await _check.EvaluateAsync(default);

        Assert.Equal(CheckOutcome.NotYet, result.Outcome);
        Assert.Contains("not " + Boot, result.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Evaluate_TheNodeThatSomebodyDeleted_IsNotYetHoweverReady()
    {
        _cluster.Latest = _cluster.Answer = Healthy with { Sameness = ClusterNodeSameness.Deleted };

        var result = await _check.EvaluateAsync(default);

        Assert.Equal(CheckOutcome.NotYet, result.Outcome);
        Assert.Contains("deleted", result.Evidence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ClusterNodeSameness.Same, "the same Node as before")]
    [InlineData(ClusterNodeSameness.Another, "another Node than before")]
    [InlineData(null, "the Node has")]
    public async Task Evaluate_ANodeThatIsThere_SaysWhetherItIsTheSame(ClusterNodeSameness? sameness, string expected)
    {
        _cluster.Latest = Healthy with { Sameness = sameness };

        var result = await _check.EvaluateAsync(default);

        Assert.Equal(CheckOutcome.Passed, result.Outcome);
        Assert.StartsWith(expected, result.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Evaluate_AnotherVersion_IsNotYet()
    {
        _cluster.Latest = _cluster.Answer = Healthy with { KubeletVersion = "v1.20.2" };

        Assert.Equal(CheckOutcome.NotYet, (await _check.EvaluateAsync(default)).Outcome);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(null)]
    public async Task Evaluate_NotReady_IsNotYetWithTheReason(bool? before)
    {
        _cluster.Latest = _cluster.Answer = Healthy with { IsReady = false, Message = "KubeletNotReady: no network", WasReady = before };

        var result = await _check.EvaluateAsync(default);

        Assert.Equal(CheckOutcome.NotYet, result.Outcome);
        Assert.Contains("no network", result.Evidence, StringComparison.Ordinal);
        Assert.True(((ICheck)_check).SpeaksOfTheSide);
    }

    [Fact]
    public async Task Evaluate_NotReadyAndNeverWas_IsNotAskedOfTheNewSide()
    {
        _cluster.Latest = Healthy with { IsReady = false, WasReady = false };

        var result = await _check.EvaluateAsync(default);

        Assert.Equal(CheckOutcome.Passed, result.Outcome);
        Assert.Contains("nor was it before", result.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Evaluate_NoNode_IsNotYet() => Assert.Equal(CheckOutcome.NotYet, (await _check.EvaluateAsync(default)).Outcome);

    [Fact]
    public async Task Evaluate_AWatchThatIsDead_IsFoundOutByAsking()
    {
        _cluster.Latest = Healthy with { BootId = "00000000-1111-2222-3333-444455556666" };
        _cluster.Answer = Healthy;

        Assert.Equal(CheckOutcome.Passed, (await _check.EvaluateAsync(default)).Outcome);
    }

    public static TheoryData<string> Lost => [KubernetesErrors.Unreachable.Id, KubernetesErrors.Forbidden.Id, KubernetesErrors.Unauthorized.Id, KubernetesErrors.ServerBusy.Id];

    [Theory, MemberData(nameof(Lost))]
    public async Task Law04_Evaluate_TheServerCantBeAsked_IsWaivedAndSaid(string code)
    {
        _cluster.Failure = new AgentException(new ErrorCode(code, ErrorKind.Transient), "what", "why", "next");

        var result = await _check.EvaluateAsync(default);

        Assert.Equal(CheckOutcome.Passed, result.Outcome);
        Assert.Contains("waived", result.Evidence, StringComparison.Ordinal);
        Assert.Contains(code, result.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Evaluate_AskedAgainAtOnce_AsksTheServerOnce()
    {
        var time = new ManualTime();
        var check = new NodeReadyCheck(Targets.One, _nodes, _cluster, "1.20.4", time);

        await check.EvaluateAsync(default);
        await check.EvaluateAsync(default);
        Assert.Equal(1, _cluster.Asked);
        time.Advance(TimeSpan.FromSeconds(2));
        await check.EvaluateAsync(default);

        Assert.Equal(2, _cluster.Asked);
    }

    [Fact]
    public async Task Evaluate_AServerThatNeverAnswers_IsWaivedInTime()
    {
        var time = new ManualTime();
        _cluster.Hangs = true;
        var asked = new NodeReadyCheck(Targets.One, _nodes, _cluster, "1.20.4", time).EvaluateAsync(default);

        await _cluster.Hanging;
        time.Advance(TimeSpan.FromSeconds(9));

        Assert.Contains("no answer", (await asked).Evidence, StringComparison.Ordinal);
    }
}
