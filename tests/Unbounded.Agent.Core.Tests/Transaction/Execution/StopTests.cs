using Unbounded.Agent.Core.Transaction.Execution;
using Unbounded.Agent.Core.Transaction.Records;
using Unbounded.Agent.Simulation.Exploration;
using Unbounded.Agent.Simulation.Hosts;
using Unbounded.Agent.Simulation.Worlds;

namespace Unbounded.Agent.Core.Tests.Transaction.Execution;

/// <summary>A stop request (SIGTERM) that comes just after any effect.</summary>
public sealed class StopTests
{
    public static TheoryData<string> Natures => [Nature.Good, .. Nature.Bad];

    [Theory]
    [MemberData(nameof(Natures))]
    public void Stop_AfterAnyEffectOfASwap_LeavesTheNodeUpAndCostsNoAttempt(string nature)
    {
        var effects = CrashStory.EffectsOf(new Scenario<SimMachines>("swap", () => Worlds.Drifted(nature), "1.31.0", "1.30.0"));
        for (var at = 1; at <= effects; at++)
        {
            var world = Worlds.Drifted(nature);
            var stoppedAt = Stop(world, at, out var effect);

            Assert.True(world.IsUp(), $"the node is down after a stop at {at} ({effect})");
            Assert.True(world.Time.GetUtcNow() - stoppedAt < TimeSpan.FromSeconds(60), $"the stop at {at} ({effect}) took too long");

            world.RunToRest();
            Invariants.AtRest(world, nature == Nature.Good ? ["1.31.0"] : ["1.30.0"]);
            Assert.Equal(0, world.Last().Resumes);
            Assert.Equal(1, world.Record!.State.AttemptCount);
        }
    }

    [Fact]
    public void Stop_WhilePreparing_EndsAtOnce()
    {
        var world = Worlds.Drifted();
        var stoppedAt = StopAt(world, "fill kube2");

        Assert.Equal(ExecutionEnd.Suspended, world.LastResult!.End);
        Assert.Equal(TimeSpan.Zero, world.Time.GetUtcNow() - stoppedAt);
        Assert.True(world.Record!.Transition!.Suspended);
        Assert.Equal(StepKind.Prepare, world.Record.Transition.Step);
    }

    [Fact]
    public void Stop_BetweenTheSides_FinishesTheHandover()
    {
        var world = Worlds.Drifted();
        StopAt(world, "stop containerd of kube1");

        Assert.Equal(ExecutionEnd.Suspended, world.LastResult!.End);
        Assert.Equal(Samples.Kube2, world.Host.Permitted);
        Assert.True(world.IsUp());
    }

    [Fact]
    public void Stop_InTheMiddleOfARevert_FinishesIt()
    {
        var world = Worlds.Drifted(Nature.WrongVersion);
        StopAt(world, "stop kubelet of kube2");

        Assert.Equal(Samples.Kube1, world.Host.Permitted);
        Assert.True(world.IsUp());
        Assert.NotNull(world.Record!.Transition!.GivenUp);
    }

    [Fact]
    public void Law02_AStopAtTheCommit_IsNotHeeded()
    {
        var world = Worlds.Drifted();
        StopAt(world, "enable kube2");

        Assert.Equal(Samples.Kube2, world.Record!.Active!.Slot);
    }

    [Fact]
    public void Stop_WhileTheHandoverHangs_IsBounded()
    {
        var world = Worlds.Drifted();
        world.Options = new() { HandoverLimit = TimeSpan.FromSeconds(20) };
        world.Host.Hanging.Add("marker to kube2");
        var stoppedAt = StopAt(world, "stop kubelet of kube1");

        Assert.True(world.Time.GetUtcNow() - stoppedAt < TimeSpan.FromSeconds(30));
        Assert.Equal(Samples.Kube1, world.Host.Permitted);
        Assert.True(world.IsUp());
        Assert.Equal(CoreErrors.HandoverTimeout.Id, world.Record!.Transition!.GivenUp!.Code);
    }

    private static DateTimeOffset StopAt(World<SimMachines> world, string name) => Stop(world, (_, effect) => effect == name, out _);

    private static DateTimeOffset Stop(World<SimMachines> world, int at, out string stoppedAfter) => Stop(world, (n, _) => n == at, out stoppedAfter);

    private static DateTimeOffset Stop(World<SimMachines> world, Func<int, string, bool> when, out string stoppedAfter)
    {
        using var stop = new CancellationTokenSource();
        var (at, after) = (world.Time.GetUtcNow(), "");
        world.Scissors.OnEffect = (n, effect) =>
        {
            if (!stop.IsCancellationRequested && when(n, effect))
            {
                (at, after) = (world.Time.GetUtcNow(), effect);
                stop.Cancel();
            }
        };
        world.RunAgent(stop: stop.Token);
        world.Scissors.OnEffect = null;
        stoppedAfter = after;
        return at;
    }
}
