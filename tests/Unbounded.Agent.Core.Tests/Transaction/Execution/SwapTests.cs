using Unbounded.Agent.Core.Transaction.Phases;
using Unbounded.Agent.Core.Transaction.Records;
using Unbounded.Agent.Simulation.Hosts;
using Unbounded.Agent.Simulation.Worlds;
using static Unbounded.Agent.Simulation.Worlds.Samples;

namespace Unbounded.Agent.Core.Tests.Transaction.Execution;

public sealed class SwapTests
{
    [Fact]
    public void Reconcile_OfAFreshHost_InstallsIntoTheFirstSlot()
    {
        var world = NewWorld();
        world.Wishes.Desired = Desired("1.30.0");

        world.RunToRest();

        Assert.Equal(Kube1, world.Record!.Active!.Slot);
        Assert.Equal(Kube1, world.Host.Permitted);
        Assert.Equal(Kube1, world.Host.BootsNext);
        Assert.Equal(Phase.Success, world.Record.State.Phase);
        Assert.Equal(TransitionKind.Install, world.Record.LastTransition!.Kind);
        Assert.Null(world.Record.Transition);
    }

    [Fact]
    public void Reconcile_OfADriftedNode_SwapsAndKeepsThePreviousSide()
    {
        var world = Installed("1.30.0");
        world.Wishes.Desired = Desired("1.31.0");

        world.RunToRest();

        var record = world.Record!;
        Assert.Equal((Kube2, "1.31.0"), (record.Active!.Slot, record.Active.Version));
        Assert.Equal((Kube1, "1.30.0"), (record.Previous!.Slot, record.Previous.Version));
        Assert.Equal(Kube2, world.Host.Permitted);
        Assert.False(world.Host[Kube1].Booted);
        Assert.True(world.Host[Kube1].Complete);
        Assert.Equal(TransitionResult.Succeeded, record.LastTransition!.Result);
    }

    [Theory]
    [InlineData(Nature.NeverBoots, Phase.Failed)]
    [InlineData(Nature.ContainerdFails, Phase.RolledBack)]
    [InlineData(Nature.CrashLoopsLate, Phase.RolledBack)]
    [InlineData(Nature.WrongVersion, Phase.RolledBack)]
    [InlineData(Nature.NeverReady, Phase.RolledBack)]
    public void Reconcile_OfABadTarget_PutsTheOldSideBack(string nature, Phase phase)
    {
        var world = Installed("1.30.0");
        world.Wishes.Desired = Desired("1.31.0", nature);

        world.RunToRest();

        var record = world.Record!;
        Assert.Equal(phase, record.State.Phase);
        Assert.Equal("1.30.0", record.Active!.Version);
        Assert.Equal(Kube1, world.Host.Permitted);
        Assert.True(world.Host[Kube1].Kubelet);
        Assert.Null(world.Host[Kube2].Content);
        Assert.True(record.Attempts!.Failed);
        Assert.NotEmpty(record.State.LastError);
    }

    [Theory]
    [InlineData(Nature.Good)]
    [InlineData(Nature.NeverReady)]
    public void Law01_EveryEffect_FindsItsIntentOnTheDisk(string nature)
    {
        Dictionary<string, StepKind[]> intents = new(StringComparer.Ordinal)
        {
            ["fill kube2"] = [StepKind.Prepare],
            ["boot kube2"] = [StepKind.Prepare],
            ["stop kubelet of kube1"] = [StepKind.Deactivate],
            ["stop containerd of kube1"] = [StepKind.Deactivate],
            ["marker to kube2"] = [StepKind.Deactivate, StepKind.Activate],
            ["start kubelet of kube2"] = [StepKind.Deactivate, StepKind.Activate],
            ["enable kube2"] = [StepKind.Commit],
            ["stop kube1"] = [StepKind.Retire],
            ["stop kubelet of kube2"] = [StepKind.Revert],
            ["marker to kube1"] = [StepKind.Revert],
            ["unmark kube2"] = [StepKind.Prepare, StepKind.Release],
        };
        var world = Worlds.Drifted(nature);
        var seen = 0;
        List<string> wrong = [];
        world.Scissors.OnEffect = (_, effect) =>
        {
            if (intents.TryGetValue(effect, out var steps))
            {
                // What a power cut at this instant would leave.
                var transition = RecordSerializer.Deserialize(world.Disk.PeekSynced(World<SimMachines>.RecordPath), "").Transition!;
                var ok = steps.Contains(transition.Step) && (effect != "enable kube2" || transition is { CommitIntended: true, Committed: false });
                wrong.AddRange(ok ? [] : [$"{effect}: the disk says {transition.Step}"]);
                seen++;
            }
        };

        world.RunToRest();

        Assert.Empty(wrong);
        Assert.True(seen >= 8, $"only {seen} effects were seen");
    }

    [Fact]
    public void Law01_BetweenTheTwoSides_NoDiskIsWaitedFor()
    {
        var world = Worlds.Drifted();
        List<string> effects = [];
        world.Scissors.OnEffect = (_, effect) => effects.Add(effect);

        world.RunToRest();

        Assert.Equal(
            ["stop kubelet of kube1", "end pods of kube1", "stop containerd of kube1", "marker to kube2", "start containerd of kube2", "start kubelet of kube2"],
            effects.SkipWhile(e => e != "stop kubelet of kube1").Take(6));
    }

    private static World<SimMachines> NewWorld() => new((s, t) => new SimMachines(s, t));

    private static World<SimMachines> Installed(string version)
    {
        var world = NewWorld();
        world.Wishes.Desired = Desired(version);
        world.RunToRest();
        return world;
    }
}
