using Unbounded.Agent.Core.Transaction.Execution;
using Unbounded.Agent.Core.Transaction.Planning;
using Unbounded.Agent.Core.Transaction.Records;
using Unbounded.Agent.Simulation.Clock;
using Unbounded.Agent.Simulation.Worlds;

namespace Unbounded.Agent.Core.Tests.Transaction.Execution;

public sealed class StepClockTests
{
    private readonly VirtualTime _time = new();

    [Fact]
    public void End_AfterParts_HasTheirTimesInOrder()
    {
        var clock = New();
        Pass(100);
        clock.Begin("fetch");
        Pass(1500);
        clock.Begin("boot");
        Pass(400);

        var timing = clock.End();

        Assert.Equal((StepKind.Prepare, Samples.Kube2, 2000L), (timing.Step, timing.Slot!.Value, timing.Milliseconds));
        Assert.Equal([new("fetch", 1500), new("boot", 400)], timing.Parts);
        Assert.Equal(VirtualTime.Epoch, timing.StartedAt);
    }

    [Fact]
    public void End_WhileTheWallClockJumps_MeasuresWhatPassed()
    {
        var clock = New();
        Pass(100);
        _time.SetWallClock(TimeSpan.FromDays(-365));
        Pass(100);

        Assert.Equal(200, clock.End().Milliseconds);
    }

    [Fact]
    public void Law16_AWarningWithAToken_IsScrubbed()
    {
        var clock = New();

        clock.Warn("token " + Samples.Token);

        Assert.DoesNotContain(Samples.Token, Assert.Single(clock.Warnings), StringComparison.Ordinal);
    }

    private StepClock New() => new(_time, new PlanStep(StepKind.Prepare, "fill kube2") { Slot = Samples.Kube2 }, observer: null);

    private void Pass(int milliseconds) => _time.Run(() => Task.Delay(TimeSpan.FromMilliseconds(milliseconds), _time));
}
