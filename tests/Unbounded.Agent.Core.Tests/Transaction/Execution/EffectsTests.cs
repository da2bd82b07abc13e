using NSubstitute;
using Unbounded.Agent.Core.Configuration;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Tests.Transaction.Planning;
using Unbounded.Agent.Core.Tests.Transaction.Records;
using Unbounded.Agent.Core.Transaction.Execution;
using Unbounded.Agent.Core.Transaction.Planning;
using Unbounded.Agent.Core.Transaction.Records;
using static Unbounded.Agent.Simulation.Worlds.Samples;

namespace Unbounded.Agent.Core.Tests.Transaction.Execution;

public sealed class EffectsTests
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(40);

    private readonly ISlots _slots = Substitute.For<ISlots>();
    private readonly ExecutorOptions _options = new();
    private readonly AgentRecord _record = SampleRecords.AtRest();

    [Fact]
    public async Task RunAsync_RepairOfTheActiveSide_GivesPodsTheConfiguredTime()
    {
        var (effects, step) = Repair(new(Target("1.30.0", policy: Policy with { Drain = new() { PodGrace = Grace } }), new(0, 0), []));

        await effects.RunAsync(step, _record, Substitute.For<IStepProgress>(), CancellationToken.None);

        await _slots.Received(1).RevertAsync(Kube2, Kube1, Grace, Arg.Any<IStepProgress>(), Arg.Any<CancellationToken>());
        Assert.Equal(_options.HandoverLimit + Grace, effects.LongestWait(step, _record));
    }

    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 40)]
    public async Task Law10_RunAsync_OldSideOfADrainedNode_GivesPodsNoTime(bool drained, int seconds)
    {
        var (effects, _) = Repair(desired: null);
        var record = SampleRecords.InFlight(StepKind.Prepare, StepState.Done, change: t => t with
        {
            Drained = drained,
            Target = FrozenTarget.Freeze(Target("1.31.0", policy: Policy with { Drain = new() { Enabled = true, PodGrace = Grace } }), t.Target.AppliedConfig),
        });
        var step = new PlanStep(StepKind.Deactivate, "stop") { Slot = Kube1 };

        await effects.RunAsync(step, record, Substitute.For<IStepProgress>(), CancellationToken.None);

        await _slots.Received(1).DeactivateAsync(Kube1, TimeSpan.FromSeconds(seconds), Arg.Any<IStepProgress>(), Arg.Any<CancellationToken>());
        Assert.Equal(_options.HandoverLimit + TimeSpan.FromSeconds(seconds), effects.LongestWait(step, record));
    }

    [Fact]
    public async Task RunAsync_RepairWithoutAValidConfiguration_GivesPodsTheTimeThatIsTheDefault()
    {
        var (effects, step) = Repair(desired: null);

        await effects.RunAsync(step, _record, Substitute.For<IStepProgress>(), CancellationToken.None);

        await _slots.Received(1).RevertAsync(Kube2, Kube1, new DrainPolicy().PodGrace, Arg.Any<IStepProgress>(), Arg.Any<CancellationToken>());
    }

    private (Effects Effects, PlanStep Step) Repair(Desired? desired)
    {
        var world = Worlds.Installed();
        var plan = new DecideCase("the active side is down", PlanKind.Repair, "") { Record = _record, Desired = desired, Slots = DecideCase.Seen(SlotState.Down) }.Decide();
        return (
            new Effects(_slots, new DerivedFiles(new(world.Disk, Simulation.Worlds.World<Simulation.Hosts.SimMachines>.StatePath), world.Applied), world.Time, _options, plan),
            plan.Steps.Single(s => s.Kind == StepKind.Restore));
    }
}
