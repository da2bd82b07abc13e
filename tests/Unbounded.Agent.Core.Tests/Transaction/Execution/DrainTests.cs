using Unbounded.Agent.Core.Configuration;
using Unbounded.Agent.Core.Transaction.Phases;
using Unbounded.Agent.Core.Transaction.Planning;
using Unbounded.Agent.Core.Transaction.Records;
using Unbounded.Agent.Kubernetes;
using Unbounded.Agent.Simulation.Hosts;
using Unbounded.Agent.Simulation.Worlds;
using static Unbounded.Agent.Simulation.Worlds.Samples;

namespace Unbounded.Agent.Core.Tests.Transaction.Execution;

public sealed class DrainTests
{
    private static readonly DrainPolicy Drain = new() { Enabled = true, Timeout = TimeSpan.FromMinutes(2) };

    [Fact]
    public void Swap_OfANodeThatIsToBeDrained_DrainsItBetweenPreparationAndHandover()
    {
        var world = Drifted();
        List<string> story = [];
        world.Scissors.OnEffect = (_, effect) => story.Add(effect);

        world.RunToRest();

        var (boot, cordon, evict, stop) = (At("boot kube2"), At("cordon the node"), At("evict the pods"), At("end pods of kube1"));
        Assert.True(boot < cordon && cordon < evict && evict < stop, string.Join('\n', story));
        Assert.Equal("1.31.0", world.Record!.Active!.Version);
        Assert.False(world.Cluster.Cordoned);
        Assert.Equal(1, world.Cluster.Drains);

        int At(string effect) => story.FindIndex(e => e.StartsWith(effect, StringComparison.Ordinal));
    }

    [Fact]
    public void Law15_Swap_TheTimeOfADrain_IsAPartOfTheStepBefore()
    {
        var world = Drifted();

        world.RunToRest();

        var steps = world.Record!.LastTransition!.Steps;
        Assert.DoesNotContain(steps, s => s.Step == StepKind.Drain);
        Assert.Equal(["fill", "boot", "drain"], steps[0].Parts.Select(p => p.Name));
    }

    [Fact]
    public void Swap_ThatIsBlocked_FailsBeforeTheHandoverAndIsTriedAgain()
    {
        var world = Drifted();
        world.Cluster.Blocks = true;
        var starts = world.Host[Kube1].KubeletStarts;

        world.RunToRest();

        Assert.Equal((TransitionResult.Failed, Phase.Failed), (world.Record!.LastTransition!.Result, world.Record.State.Phase));
        Assert.Equal(KubernetesErrors.EvictionBlocked.Id, world.Record.LastTransition.Error!.Code);
        Assert.Equal((3, true), (world.Record.Attempts!.Used, world.Record.Attempts.Failed));
        Assert.Equal(starts, world.Host[Kube1].KubeletStarts);
        Assert.False(world.Cluster.Cordoned);
    }

    [Fact]
    public void Swap_ThatIsNoLongerBlocked_SucceedsAtTheNextAttempt()
    {
        var world = Drifted();
        world.Cluster.Blocks = true;
        world.Scissors.OnEffect = (_, effect) => world.Cluster.Blocks &= world.Record?.Attempts?.Used != 2;

        world.RunToRest();

        Assert.Equal("1.31.0", world.Record!.Active!.Version);
    }

    [Fact]
    public void Law06_Swap_CutOffInItsDrain_IsCountedAndDrainedAgain()
    {
        var world = Drifted();
        var at = 0;
        var probe = Drifted();
        probe.Scissors.OnEffect = (number, effect) => at = effect == "cordon the node" && at == 0 ? number : at;
        probe.RunToRest();

        Assert.False(world.RunAgent(cutAt: at));
        var (step, state) = (world.Record!.Transition!.Step, world.Record.Transition.StepState);
        world.RunToRest();

        Assert.Equal((StepKind.Prepare, StepState.Done), (step, state));
        Assert.Equal((1, "1.31.0"), (world.Record!.LastTransition!.Resumes, world.Record.Active!.Version));
        Assert.False(world.Cluster.Cordoned);
    }

    [Fact]
    public void Law10_PlantedBug_ANodeThatIsOnlySaidToBeDrained_IsFound()
    {
        var world = Drifted();
        world.Cluster.OnlySaysSo = true;

        world.RunToRest();

        Assert.Contains(world.Host.Violations, v => v.Contains("law 10", StringComparison.Ordinal));
    }

    [Fact]
    public void Plan_OfANodeThatIsToBeDrained_SaysSo()
    {
        var world = Drifted();
        Plan? plan = null;
        world.Time.Run(async () => plan = await world.NewReconciler().PlanAsync(CancellationToken.None));

        Assert.Equal(
            [StepKind.Begin, StepKind.Prepare, StepKind.Drain, StepKind.Deactivate, StepKind.Activate], plan!.Steps.Take(5).Select(s => s.Kind));
        Assert.Contains("cordon the node and evict its pods, within 120 s", plan.Describe(), StringComparison.Ordinal);
    }

    private static World<SimMachines> Drifted()
    {
        var world = Worlds.Installed();
        world.Wishes.Desired = Desired("1.31.0", policy: Policy with { Drain = Drain });
        return world;
    }
}
