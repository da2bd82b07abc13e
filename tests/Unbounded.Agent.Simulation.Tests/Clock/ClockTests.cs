using Unbounded.Agent.Simulation.Exploration;
using Unbounded.Agent.Simulation.Files;
using Unbounded.Agent.Simulation.Hosts;
using Unbounded.Agent.Simulation.Nspawn;
using Unbounded.Agent.Simulation.Worlds;

namespace Unbounded.Agent.Simulation.Tests.Clock;

/// <summary>Clocks that lie: set by years, without a battery, or asleep for a day. Deadlines count by a clock that is never set.</summary>
public sealed class ClockTests
{
    private static readonly TimeSpan Years = TimeSpan.FromDays(20 * 365);

    public static TheoryData<int> Jumps => [1, -1];

    [Theory]
    [MemberData(nameof(Jumps))]
    public void SetWallClock_ByYearsAtAnyEffectOfASwap_ChangesNothing(int sign)
    {
        for (var at = 1; at <= EffectsOfASwap(); at += 7)
        {
            var world = Drifted();
            JumpAt(world, at, sign * Years);

            world.RunToRest();

            Invariants.AtRest(world, ["1.31.0"]);
        }
    }

    [Theory]
    [MemberData(nameof(Jumps))]
    public void SetWallClock_ByYearsWhileABadSideIsVerified_EndsInTheSameTime(int sign)
    {
        var calm = Drifted(Nature.NeverReady);
        calm.RunToRest();
        var jumpy = Drifted(Nature.NeverReady);
        JumpAt(jumpy, "start kubelet of kube2", sign * Years);

        jumpy.RunToRest();

        Invariants.AtRest(jumpy, ["1.30.0"]);
        Assert.Equal(calm.Time.GetTimestamp(), jumpy.Time.GetTimestamp());
    }

    [Theory]
    [MemberData(nameof(Jumps))]
    public void Downtime_OverAClockThatWasSet_IsWhatPassed(int sign)
    {
        var world = Drifted();
        JumpAt(world, "stop kubelet of kube1", sign * Years);

        world.RunToRest();

        Assert.InRange(world.Record!.LastTransition!.DowntimeMilliseconds!.Value, 0, 60_000);
    }

    [Fact]
    public void Boot_WithoutAClockBattery_AtAnyEffect_EndsTheTransition()
    {
        for (var at = 1; at <= EffectsOfASwap(); at += 7)
        {
            var world = Drifted();
            world.RunAgent(at);
            world.PowerCut(Outcome.Kept);
            // 1970 until a time server answers, which is after the agent has started.
            world.Time.SetWallClock(DateTimeOffset.UnixEpoch - world.Time.GetUtcNow());
            JumpAt(world, 5, TimeSpan.FromDays(56 * 365));

            world.RunToRest();

            Invariants.AtRest(world, ["1.31.0"]);
        }
    }

    [Fact]
    public void Boot_In1970ForGood_InstallsAndSwaps()
    {
        var world = new World<NspawnHost>((s, t, f) => new NspawnHost(s, t, f));
        world.Time.SetWallClock(DateTimeOffset.UnixEpoch - world.Time.GetUtcNow());
        world.Wishes.Desired = Samples.Desired("1.30.0");
        world.RunToRest();
        world.Wishes.Desired = Samples.Desired("1.31.0");

        world.RunToRest();

        Invariants.AtRest(world, ["1.31.0"]);
    }

    [Fact]
    public void Suspend_ForADayAtAnyEffectOfASwap_ChangesNothing()
    {
        // Linux' monotonic clock stands still meanwhile: only the wall clock has moved.
        for (var at = 1; at <= EffectsOfASwap(); at += 7)
        {
            var world = Drifted();
            JumpAt(world, at, TimeSpan.FromDays(1));

            world.RunToRest();

            Invariants.AtRest(world, ["1.31.0"]);
        }
    }

    [Fact]
    public void Freeze_ForADayAtAnyEffectOfASwap_LeavesOneGoodSide()
    {
        // A virtual machine that was paused: every deadline has passed when it goes on. Giving up is right then, losing the node is not.
        for (var at = 1; at <= EffectsOfASwap(); at += 7)
        {
            var world = Drifted();
            var asleep = at;
            world.Scissors.OnEffect = (n, _) =>
            {
                if (n == asleep)
                {
                    world.Time.Pass(TimeSpan.FromDays(1));
                }
            };

            world.RunToRest();

            Invariants.AtRest(world, ["1.30.0", "1.31.0"]);
        }
    }

    [Theory]
    [MemberData(nameof(Jumps))]
    public void Retry_AfterAClockThatWasSet_ComesInItsTime(int sign)
    {
        var world = Drifted();
        world.Files.IsFull = path => path.EndsWith("kube2.nspawn", StringComparison.Ordinal);
        var began = world.Time.GetTimestamp();
        world.RunAgentFor(TimeSpan.FromSeconds(2));
        world.Files.IsFull = _ => false;
        world.Time.SetWallClock(sign * Years);

        world.RunToRest();

        Invariants.AtRest(world, ["1.31.0"]);
        Assert.InRange(world.Time.GetElapsedTime(began), TimeSpan.Zero, TimeSpan.FromMinutes(35));
    }

    private static int EffectsOfASwap()
    {
        var world = Drifted();
        world.RunAgent();
        return world.Scissors.Effects;
    }

    private static World<NspawnHost> Drifted(string nature = Nature.Good)
    {
        var world = new World<NspawnHost>((s, t, f) => new NspawnHost(s, t, f));
        world.Wishes.Desired = Samples.Desired("1.30.0");
        world.RunToRest();
        world.Wishes.Desired = Samples.Desired("1.31.0", nature);
        return world.Begin();
    }

    private static void JumpAt(World<NspawnHost> world, int at, TimeSpan by) => world.Scissors.OnEffect = (n, _) =>
    {
        if (n == at)
        {
            world.Time.SetWallClock(by);
            world.Scissors.OnEffect = null;
        }
    };

    private static void JumpAt(World<NspawnHost> world, string effect, TimeSpan by) => world.Scissors.OnEffect = (_, e) =>
    {
        if (string.Equals(e, effect, StringComparison.Ordinal))
        {
            world.Time.SetWallClock(by);
            world.Scissors.OnEffect = null;
        }
    };
}
