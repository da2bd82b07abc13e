using Unbounded.Agent.Core.Transaction.Phases;
using Unbounded.Agent.Core.Transaction.Records;
using Unbounded.Agent.Simulation.Hosts;
using Unbounded.Agent.Simulation.Worlds;

namespace Unbounded.Agent.Core.Tests.Transaction.Execution;

/// <summary>How long the node was down, and what took how long. A simulated kubelet is ready 5 s after its start.</summary>
public sealed class DowntimeTests
{
    [Fact]
    public void Swap_ThatCommits_MeasuresFromTheStopToTheFirstPass()
    {
        var world = Worlds.Drifted();

        world.RunToRest();

        Assert.InRange(world.Last().DowntimeMilliseconds!.Value, 5000, 5600);
        Assert.Equal(world.Last().DowntimeMilliseconds, world.Record!.MeasuredDowntimeMilliseconds);
    }

    [Fact]
    public void Swap_ThatIsRolledBack_MeasuresUntilTheOldSideIsBack()
    {
        var world = Worlds.Drifted(Nature.NeverReady);

        world.RunToRest();

        // 35 s of a gate that stays red, and 5 s for the old kubelet.
        Assert.InRange(world.Last().DowntimeMilliseconds!.Value, 40_000, 42_000);
        Assert.Null(world.Record!.MeasuredDowntimeMilliseconds);
    }

    [Fact]
    public void Swap_AcrossARestartOfTheAgent_MeasuresByTheWallClock()
    {
        var world = Worlds.Drifted();
        using var stop = new CancellationTokenSource();
        world.Scissors.OnEffect = (_, effect) => StopAt(effect, "start kubelet of kube2", stop);
        world.RunAgent(stop: stop.Token);
        world.Scissors.OnEffect = null;

        world.RunToRest();

        Assert.InRange(world.Last().DowntimeMilliseconds!.Value, 5000, 6000);
    }

    [Fact]
    public void Swap_WhileTheClockIsSetBack_StillMeasures()
    {
        var world = Worlds.Drifted();
        world.Scissors.OnEffect = (_, effect) =>
        {
            if (effect == "stop kubelet of kube1")
            {
                world.Time.SetWallClock(TimeSpan.FromDays(-4000));
            }
        };

        world.RunToRest();

        Assert.Equal(TransitionResult.Succeeded, world.Last().Result);
        Assert.InRange(world.Last().DowntimeMilliseconds!.Value, 5000, 5600);
    }

    [Fact]
    public void Install_HasNoDowntime()
    {
        var world = Worlds.Installed();

        Assert.Null(world.Last().DowntimeMilliseconds);
    }

    [Fact]
    public void Swap_NotesEveryStepAndItsParts()
    {
        var world = Worlds.Drifted();

        world.RunToRest();

        var steps = world.Last().Steps;
        Assert.Equal(
            [StepKind.Prepare, StepKind.Deactivate, StepKind.Activate, StepKind.Verify, StepKind.Commit, StepKind.WriteFiles, StepKind.Retire],
            steps.Select(s => s.Step));
        var prepare = steps[0];
        Assert.Equal((Samples.Kube2, 3500L), (prepare.Slot!.Value, prepare.Milliseconds));
        Assert.Equal([new("fill", 3000), new("boot", 500)], prepare.Parts);
        Assert.Equal(["kubelet-healthz"], world.Last().Evidence.Select(e => e.Name));
    }

    [Fact]
    public void Swap_WithAFlappingCheck_CountsHealthCheckFailuresUntilItPasses()
    {
        var world = Worlds.Drifted();
        List<int> seen = [];
        world.MoreChecks.Add(new Verification.ScriptedCheck("flaps", world.Time, t => t.TotalSeconds is > 20 and < 22
            ? Core.Verification.CheckResult.NotYet("gone")
            : Core.Verification.CheckResult.Passed("up")));
        world.Scissors.OnEffect = (_, _) => seen.Add(world.Record?.State.HealthCheckFailures ?? 0);

        world.RunToRest();

        Assert.Contains(1, seen);
        Assert.Contains(0, seen.SkipWhile(failures => failures == 0));
        Assert.Equal((Phase.Success, 0), (world.Record!.State.Phase, world.Record.State.HealthCheckFailures));
    }

    private static void StopAt(string effect, string at, CancellationTokenSource stop)
    {
        if (effect == at)
        {
            stop.Cancel();
        }
    }
}
