using Unbounded.Agent.Core.Configuration;
using Unbounded.Agent.Core.Tests.Transaction.Records;
using Unbounded.Agent.Core.Transaction.Changes;
using Unbounded.Agent.Core.Transaction.Phases;
using Unbounded.Agent.Core.Transaction.Planning;
using Unbounded.Agent.Core.Transaction.Records;
using Unbounded.Agent.Simulation.Worlds;
using static Unbounded.Agent.Simulation.Worlds.Samples;

namespace Unbounded.Agent.Core.Tests.Transaction.Changes;

public sealed class BeginningsTests
{
    private static readonly DateTimeOffset Now = SampleRecords.Now;

    [Fact]
    public void Law03_TheTarget_IsFrozenWhole()
    {
        var config = Config("1.31.0") with
        {
            Downloads = new() { Kubernetes = new(URL: "https://mirror/kubelet") },
            Kubelet = Config("1.31.0").Kubelet with { Configuration = new() { ["maxPods"] = 50 } },
            AdditionalHostMounts = [new("/srv/data", "/data", ReadOnly: true)],
        };
        var policy = new UpdatePolicy { RetryNonce = "7", HealthGate = new() { Settle = TimeSpan.FromSeconds(42) } };

        var target = Begin(new NewTransition(TransitionKind.Swap, Kube1, Kube2, new("f", config, policy), policy)).Transition!.Target.Thaw();

        Assert.Equal(policy, target.Policy);
        Assert.Equal("https://mirror/kubelet", target.Config.Downloads!.Kubernetes!.URL);
        Assert.Equal("""{"maxPods":50}""", target.Config.Kubelet.Configuration!.ToJsonString());
        Assert.Equal(config.AdditionalHostMounts, target.Config.AdditionalHostMounts);
        Assert.Equal(Samples.Token, target.Config.Kubelet.Auth!.BootstrapToken);
    }

    [Fact]
    public void Begin_OfASwap_CountsTheAttemptAndNamesBothVersions()
    {
        var record = Begin(Swap("1.31.0"));

        Assert.Equal((Phase.Downloading, "1.30.0", "1.31.0", 1), (record.State.Phase, record.State.FromVersion, record.State.ToVersion, record.State.AttemptCount));
        Assert.Equal((1, Target("1.31.0").Fingerprint), (record.Attempts!.Used, record.Attempts.Fingerprint));
        Assert.Equal((StepKind.Begin, "boot-1"), (record.Transition!.Step, record.Transition.HostBootId));
    }

    [Fact]
    public void Begin_OfTheSameTargetAgain_CountsOn()
    {
        var failed = Endings.Conclude(
            Turns.GiveUp(Begin(Swap("1.31.0")), new("UBA-3001", "what", "why", "next"), targetFailed: false), Now);

        var record = Beginnings.Begin(failed, Swap("1.31.0"), "boot-1", Now);

        Assert.Equal((2, 2), (record.State.AttemptCount, record.Attempts!.Used));
    }

    [Fact]
    public void Begin_OfAnotherTarget_CountsFromOne()
    {
        var failed = Endings.Conclude(
            Turns.GiveUp(Begin(Swap("1.31.0")), new("UBA-3001", "what", "why", "next"), targetFailed: false), Now);

        var record = Beginnings.Begin(failed, Swap("1.32.0"), "boot-1", Now);

        Assert.Equal((1, 1), (record.State.AttemptCount, record.Attempts!.Used));
    }

    [Fact]
    public void Begin_OfARestart_LeavesTheUpdatesStateAlone()
    {
        var before = SampleRecords.AtRest();

        var record = Begin(new NewTransition(TransitionKind.Restart, Kube1, Kube1, Target: null, Policy));

        Assert.Equal(before.State, record.State);
        Assert.Null(record.Attempts);
        Assert.Equal(before.Active!.Fingerprint, record.Transition!.Target.Fingerprint);
    }

    [Fact]
    public void Begin_OfARollback_TakesTheConfigThatWasKept()
    {
        var before = SampleRecords.AtRest() with { Previous = SampleRecords.Side(Kube2, "1.29.0") };

        var record = Beginnings.Begin(before, new NewTransition(TransitionKind.Rollback, Kube1, Kube2, Target: null, Policy, Request: "r"), "boot-1", Now);

        Assert.Equal(before.Previous!.AppliedConfig, record.Transition!.Target.AppliedConfig);
        Assert.Equal(("1.29.0", "r", 1), (record.Transition.Target.Version, record.RequestAttempts!.Fingerprint, record.RequestAttempts.Used));
        Assert.Null(record.Attempts);
    }

    [Fact]
    public void Begin_OfARollbackToNothing_IsAFaultOfTheCaller() =>
        Assert.Throws<InvalidOperationException>(() => Begin(new NewTransition(TransitionKind.Rollback, Kube1, Kube2, Target: null, Policy)));

    [Fact]
    public void Law06_AResume_IsCountedInTheAttemptsOfItsTarget()
    {
        var record = Beginnings.Resume(SampleRecords.InFlight(StepKind.Prepare), counted: true);

        Assert.Equal((1, 2), (record.Transition!.Resumes, record.Attempts!.Used));
    }

    [Fact]
    public void Resume_AfterAStopInGoodOrder_CostsNothing()
    {
        var record = Beginnings.Resume(SampleRecords.InFlight(StepKind.Prepare, change: t => t with { Suspended = true }), counted: false);

        Assert.Equal((0, 1, false), (record.Transition!.Resumes, record.Attempts!.Used, record.Transition.Suspended));
    }

    private static NewTransition Swap(string version) => new(TransitionKind.Swap, Kube1, Kube2, Target(version), Policy);

    private static AgentRecord Begin(NewTransition transition) => Beginnings.Begin(SampleRecords.AtRest(), transition, "boot-1", Now);
}
