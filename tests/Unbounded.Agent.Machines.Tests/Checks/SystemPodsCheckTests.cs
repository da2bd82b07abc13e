using Unbounded.Agent.Core.Configuration;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Verification;
using Unbounded.Agent.Kubernetes;
using Unbounded.Agent.Linux.DBus.Systemd;
using Unbounded.Agent.Linux.Tests;
using Unbounded.Agent.Machines.Checks;
using Unbounded.Agent.Machines.Cluster;
using Unbounded.Agent.Machines.Tests.Support;

namespace Unbounded.Agent.Machines.Tests.Checks;

public sealed class SystemPodsCheckTests
{
    private const string Kubelet = "kubelet.service";

    private static readonly HealthGatePolicy Policy = new() { SystemPods = TimeSpan.FromSeconds(30), Settle = TimeSpan.FromSeconds(20) };
    private static readonly ClusterPodView Proxy = new("kube-proxy-x", "Running", IsReady: true, ["c1"]) { WasSettled = true, RanBefore = false };

    private readonly ManualTime _time = new();
    private readonly FakeNodes _nodes = new();
    private readonly FakeNode _node = new("/");
    private readonly FakeClusterNode _cluster = new();
    private readonly SystemPodsCheck _check;

    public SystemPodsCheckTests()
    {
        _nodes[Targets.One] = _node;
        _check = Check(Policy);
        _node.Fake.Unit(Kubelet).State = new UnitState(Kubelet)
        {
            ActiveState = ActiveState.Active,
            MainPid = 7,
            MainProcessStartedAt = _time.GetElapsedTime(0) - TimeSpan.FromSeconds(10),
        };
    }

    [Fact]
    public async Task Evaluate_NoPods_Passes() => await EvaluateAsync(CheckOutcome.Passed);

    [Fact]
    public async Task Evaluate_APodThatIsReady_PassesWhenWhatTheSettleWindowDoesNotCountIsOver()
    {
        _cluster.Pods = [Proxy];

        Assert.Contains("kube-proxy-x has been Ready for 0 of 10 s", (await EvaluateAsync(CheckOutcome.NotYet)).Evidence, StringComparison.Ordinal);
        await AfterAsync(8, CheckOutcome.NotYet);
        await AfterAsync(2, CheckOutcome.Passed);
        Assert.False(((ICheck)_check).EndsDowntime);
    }

    [Fact]
    public async Task Evaluate_ASettleWindowThatIsLonger_IsWaitedForAlone()
    {
        _cluster.Pods = [Proxy];

        Assert.Equal(CheckOutcome.Passed, (await Check(Policy with { Settle = TimeSpan.FromMinutes(1) }).EvaluateAsync(default)).Outcome);
    }

    [Fact]
    public async Task Evaluate_AContainerThatIsRestarted_IsWaitedForAnew()
    {
        _cluster.Pods = [Proxy];
        await EvaluateAsync(CheckOutcome.NotYet);
        await AfterAsync(10, CheckOutcome.Passed);

        _cluster.Pods = [Proxy with { Containers = ["c2"] }];

        await AfterAsync(5, CheckOutcome.NotYet);
        await AfterAsync(10, CheckOutcome.Passed);
    }

    [Theory]
    [InlineData("Pending", "ContainerCreating", "kube-proxy-x is Pending (ContainerCreating)")]
    [InlineData("Running", "CrashLoopBackOff", "kube-proxy-x is not Ready (CrashLoopBackOff)")]
    [InlineData("Unknown", "", "kube-proxy-x is Unknown")]
    public async Task Evaluate_APodThatIsNotReady_IsNotYetAndNamed(string phase, string reason, string evidence)
    {
        _cluster.Pods = [Proxy with { Phase = phase, IsReady = false, Reason = reason }];

        Assert.Contains(evidence, (await EvaluateAsync(CheckOutcome.NotYet)).Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Evaluate_AStatusOfTheOldKubelet_IsNotYetHoweverReady()
    {
        _cluster.Pods = [Proxy with { RanBefore = true }];

        await EvaluateAsync(CheckOutcome.NotYet);
        await AfterAsync(60, CheckOutcome.NotYet);
    }

    [Theory]
    [InlineData(12, CheckOutcome.NotYet)]
    [InlineData(10.5, CheckOutcome.Passed)]
    [InlineData(3, CheckOutcome.Passed)]
    public async Task Evaluate_NotKnownWhatWasBefore_TheContainersStartTells(double startedAgo, CheckOutcome outcome)
    {
        _cluster.Pods = [Proxy with { WasSettled = null, RanBefore = null, StartedAt = _time.GetUtcNow() - TimeSpan.FromSeconds(startedAgo) }];
        await EvaluateAsync(CheckOutcome.NotYet);

        await AfterAsync(10, outcome);
    }

    [Fact]
    public async Task Evaluate_APodThatWasNotReadyBefore_IsNotAskedOfTheNewSideButNamed()
    {
        _cluster.Pods = [Proxy with { Name = "broken", Phase = "Pending", IsReady = false, WasSettled = false }];

        Assert.Contains("1 not asked of this side, as they were not Ready before the handover: broken", (await EvaluateAsync(CheckOutcome.Passed)).Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Evaluate_FinishedAndEndingPods_AreLeftOut()
    {
        _cluster.Pods = [Proxy with { Phase = "Succeeded", IsReady = false }, Proxy with { Name = "a", Phase = "Failed" }, Proxy with { Name = "b", IsReady = false, IsEnding = true }];

        Assert.Contains("0 pods", (await EvaluateAsync(CheckOutcome.Passed)).Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Evaluate_ManyPods_EvidenceNamesAFew()
    {
        _cluster.Pods = [.. Enumerable.Range(0, 9).Select(i => Proxy with { Name = $"pod-{i}", IsReady = false })];

        var evidence = (await EvaluateAsync(CheckOutcome.NotYet)).Evidence;

        Assert.Contains("9 of 9 pods", evidence, StringComparison.Ordinal);
        Assert.Contains("pod-4 is not Ready and 4 more", evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Evaluate_WhileItPasses_TheListIsAskedForEveryFiveSeconds()
    {
        var check = Check(Policy with { SystemPods = TimeSpan.Zero });
        for (var second = 0; second < 20; second++)
        {
            await check.EvaluateAsync(default);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(4, _cluster.Asked);
    }

    [Fact]
    public async Task Evaluate_ADaemonThatFollowsNoCluster_PassesWithoutAsking()
    {
        _cluster.IsFollowed = false;

        await EvaluateAsync(CheckOutcome.Passed);

        Assert.Equal(0, _cluster.Asked);
    }

    [Theory]
    [InlineData("UBA-5203")]
    [InlineData("UBA-5206")]
    public async Task Law04_Evaluate_TheServerCantBeAsked_IsWaivedAndSaid(string code)
    {
        _cluster.Failure = new AgentException(new ErrorCode(code, KubernetesErrors.Unreachable.Kind), "what", "why", "next");

        Assert.Contains($"waived: the list of kube-system's pods can't be read, which says nothing of the new side ({code}", (await EvaluateAsync(CheckOutcome.Passed)).Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Evaluate_NoKubelet_IsNotYet()
    {
        _node.Fake.Unit(Kubelet).State = new UnitState(Kubelet) { ActiveState = ActiveState.Inactive };

        await EvaluateAsync(CheckOutcome.NotYet);
    }

    private SystemPodsCheck Check(HealthGatePolicy policy) => new(Targets.One, _nodes, _cluster, policy, _time);

    private Task<CheckResult> AfterAsync(double seconds, CheckOutcome outcome)
    {
        _time.Advance(TimeSpan.FromSeconds(seconds));
        return EvaluateAsync(outcome);
    }

    private async Task<CheckResult> EvaluateAsync(CheckOutcome outcome)
    {
        var result = await _check.EvaluateAsync(default);
        Assert.Equal(outcome, result.Outcome);
        return result;
    }
}
