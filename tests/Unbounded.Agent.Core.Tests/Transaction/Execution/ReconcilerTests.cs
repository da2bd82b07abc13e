using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Transaction.Execution;
using Unbounded.Agent.Core.Transaction.Planning;
using Unbounded.Agent.Core.Transaction.Records;
using Unbounded.Agent.Simulation.Clock;
using Unbounded.Agent.Simulation.Exploration;
using Unbounded.Agent.Simulation.Hosts;
using Unbounded.Agent.Simulation.Worlds;
using static Unbounded.Agent.Simulation.Worlds.Samples;

namespace Unbounded.Agent.Core.Tests.Transaction.Execution;

public sealed class ReconcilerTests
{
    [Fact]
    public void Plan_OfADriftedNode_ChangesNothing()
    {
        var world = Worlds.Drifted();
        var record = world.Disk.Peek(World<SimMachines>.RecordPath);
        world.Scissors.Restart(null);
        Plan? plan = null;

        world.Time.Run(async () => plan = await world.NewReconciler().PlanAsync(default));

        Assert.Equal(PlanKind.Swap, plan!.Kind);
        Assert.Equal(0, world.Scissors.Effects);
        Assert.Equal(record, world.Disk.Peek(World<SimMachines>.RecordPath));
    }

    [Fact]
    public void Law03_AnEditDuringATransition_WaitsAndIsTakenUpAfterwards()
    {
        var world = Worlds.Drifted();
        List<string> installed = [];
        world.Scissors.OnEffect = (_, effect) =>
        {
            if (effect == "fill kube2")
            {
                world.Wishes.Desired = Desired("1.32.0");
            }

            if (effect.StartsWith("enable ", StringComparison.Ordinal))
            {
                installed.Add(world.Host[world.Host.Enabled!.Value].Content!.Config.Cluster.Version);
            }
        };

        world.RunToRest();

        Assert.Equal(["1.31.0", "1.32.0"], installed);
        Invariants.AtRest(world, ["1.32.0"]);
    }

    [Fact]
    public void Law03_AnEditWhileTheAgentIsDown_DoesNotChangeWhatIsInFlight() =>
        Assert.Equal(["1.31.0", "1.32.0"], FilledAroundAnEdit(Plant.None));

    [Fact]
    public void Law03_ATargetThatFollowsEdits_IsFound() =>
        Assert.NotEqual(["1.31.0", "1.32.0"], FilledAroundAnEdit(Plant.FollowsEdits));

    [Fact]
    public void Law05_WhatIsInFlight_IsResumedBeforeAnythingIsAskedFor() => Assert.Equal(0, ReadsBeforeTheCommit(Plant.None));

    [Fact]
    public void Law05_DriftThatIsLookedForFirst_IsFound() => Assert.NotEqual(0, ReadsBeforeTheCommit(Plant.LooksForDriftFirst));

    [Fact]
    public void Law05_WhatAnotherAgentLeft_IsDiscoveredBeforeDriftIsLookedAt()
    {
        var world = Worlds.Machine(w => w.Wishes.Desired = Desired("1.31.0"));
        world.Host.SetUp(Kube1, Target("1.30.0"), foreign: true);
        world.Disk.Put(world.Applied.PathOf(Kube1), Core.Configuration.Applied.AppliedConfig.Serialize(Config("1.30.0")));

        world.RunToRest();

        Assert.Equal("1.30.0", world.Record!.Previous!.Version);
        Assert.Equal(TransitionKind.Swap, world.Last().Kind);
    }

    [Fact]
    public void Reconcile_WhileAnotherProcessHoldsTheLock_FailsAtOnceAndNamesIt()
    {
        var world = Worlds.Drifted();
        world.Scissors.Restart(null);
        world.Lock.Holder = "rollback";

        var e = Assert.Throws<AgentException>(() => world.Time.Run(() => world.NewReconciler().ReconcileAsync(default)));

        Assert.Equal(ErrorKind.Busy, e.Code.Kind);
        Assert.Contains("rollback", e.Why, StringComparison.Ordinal);
        Assert.Equal(0, world.Scissors.Effects);
    }

    [Fact]
    public void Reconcile_OfANodeThatIsAsDesired_TakesNoLockAndWritesNothing()
    {
        var world = Worlds.Installed();
        world.Scissors.Restart(null);
        var acquired = world.Lock.Acquired;
        world.Time.Run(async () =>
        {
            var reconciler = world.NewReconciler();
            await reconciler.ReconcileAsync(default);
            acquired = world.Lock.Acquired;
            await reconciler.ReconcileAsync(default);
        });

        Assert.Equal(acquired, world.Lock.Acquired);
        Assert.Equal(0, world.Scissors.Effects);
        Assert.Null(world.Lock.Holder);
    }

    [Fact]
    public void Reconcile_OfAHeldTarget_KeepsSayingWhy()
    {
        var world = Worlds.Drifted(Nature.NeverReady);
        world.RunToRest();

        world.RunAgent();

        Assert.Equal(CoreErrors.GateFailed.Id, world.LastResult!.Problem!.Code);
    }

    [Fact]
    public void Reconcile_OutsideTheWindow_SaysWhenToLookAgain()
    {
        var world = Worlds.Installed();
        world.Wishes.Desired = Desired("1.31.0", policy: Policy with { MaintenanceWindow = "22:00-05:00" });

        world.RunAgent();

        var opens = new DateTimeOffset(VirtualTime.Epoch.Date.AddHours(22), TimeSpan.Zero);
        Assert.Equal((PlanKind.Waiting, opens), (world.LastResult!.Plan.Kind, world.LastResult.LookAgainAt));
        Assert.Equal("1.30.0", world.Record!.Active!.Version);
        world.Time.Run(() => Task.Delay(opens - world.Time.GetUtcNow(), world.Time));
        world.RunToRest();
        Assert.Equal("1.31.0", world.Record!.Active!.Version);
    }

    [Fact]
    public void Reconcile_OfAnInvalidConfiguration_ReportsItAndLeavesTheNodeAlone()
    {
        var world = Worlds.Installed();
        world.Wishes.Desired = null;
        world.Wishes.Problem = new("UBA-1101", "config.json is not valid", "$.Cluster.Version: is missing", "Correct it");

        world.RunAgent();

        Assert.Equal("UBA-1101", world.LastResult!.Problem!.Code);
        Assert.Equal("UBA-1101", world.Publisher.Reported[^1].Problem!.Code);
        Assert.True(world.IsUp());
    }

    [Fact]
    public void Reconcile_OfTenEditsInASecond_EndsOnTheLast()
    {
        var world = Worlds.Installed();
        world.Wishes.Desired = Desired("1.31.1");
        var edits = 1;
        world.Scissors.OnEffect = (_, effect) =>
        {
            if (effect.StartsWith("boot ", StringComparison.Ordinal) && edits < 10)
            {
                edits += 3;
                world.Wishes.Desired = Desired($"1.31.{edits}");
            }
        };

        world.RunToRest();

        Invariants.AtRest(world, ["1.31.10"]);
    }

    [Fact]
    public void Reconcile_OfADamagedRecord_Throws()
    {
        var world = Worlds.Installed();
        world.Disk.Put(World<SimMachines>.RecordPath, "garbage"u8.ToArray());

        var e = Assert.Throws<AgentException>(() => world.Time.Run(() => world.NewReconciler().ReconcileAsync(default)));

        Assert.Equal(CoreErrors.RecordDamaged, e.Code);
        Assert.True(world.IsUp());
    }

    [Fact]
    public void Reconcile_AtItsStart_RepairsTheDerivedFiles()
    {
        var world = Worlds.Swapped();
        world.Disk.Remove(World<SimMachines>.StatePath);
        world.Disk.Put(world.Applied.PathOf(Kube2), "damaged"u8.ToArray());
        world.Disk.Put(world.Applied.PathOf(Kube1), "left behind"u8.ToArray());

        world.RunAgent();

        Invariants.AtRest(world, ["1.31.0"]);
    }

    [Fact]
    public void Observer_OfASwap_HearsEveryStep()
    {
        var world = Worlds.Drifted();
        var observer = new Listener();
        world.Observer = observer;

        world.RunToRest();

        Assert.Equal(["Prepare", "Deactivate", "Activate", "Verify", "Commit", "WriteFiles", "Retire", "Publish"], observer.Steps);
        Assert.Contains("stop-kubelet", observer.Parts);
    }

    [Fact]
    public void Observer_OfLongGracesAndWindows_KnowsHowLongEachStepMayWait()
    {
        var world = Worlds.Drifted();
        var desired = Samples.Desired("1.31.0");
        world.Wishes.Desired = desired with
        {
            Policy = desired.Policy with
            {
                HealthGate = desired.Policy.HealthGate with { BootTimeout = TimeSpan.FromMinutes(40), Settle = TimeSpan.FromHours(2) },
                Drain = desired.Policy.Drain with { PodGrace = TimeSpan.FromMinutes(20) },
            },
        };
        var observer = new Listener();
        world.Observer = observer;

        world.RunToRest();

        var handover = world.Options.HandoverLimit;
        Assert.Equal(TimeSpan.FromMinutes(40), observer.Waits["Prepare"]);
        Assert.Equal(handover + TimeSpan.FromMinutes(20), observer.Waits["Deactivate"]);
        Assert.Equal(handover, observer.Waits["Activate"]);
        // Two hours of settling are no silence: every round is heard of.
        Assert.DoesNotContain("Verify", observer.Waits.Keys);
        Assert.True(observer.Rounds > 120, $"{observer.Rounds} rounds");
    }

    private sealed class Listener : ITransitionObserver
    {
        public List<string> Steps { get; } = [];

        public List<string> Parts { get; } = [];

        public Dictionary<string, TimeSpan> Waits { get; } = [];

        public int Rounds { get; private set; }

        public void StepBegan(PlanStep step) => Steps.Add(step.Kind.ToString());

        public void MayWait(TimeSpan longest) => Waits[Steps[^1]] = longest;

        public void StillWaits() => Rounds++;

        public void PartBegan(string name) => Parts.Add(name);

        public void Bytes(long done, long? total)
        {
        }

        public void Warned(string message)
        {
        }

        public void StepEnded(StepTiming timing)
        {
        }

        public void StepFailed(PlanStep step, ErrorRecord error)
        {
        }
    }

    // The versions that slots were filled with, when the wish changed while the agent was down in the middle of its way to 1.31.0.
    private static List<string> FilledAroundAnEdit(Plant plant)
    {
        var world = Worlds.Drifted();
        world.RunAgent(cutAt: 20);
        world.Plant = plant;
        world.Wishes.Desired = Desired("1.32.0");
        List<string> filled = [];
        world.Scissors.OnEffect = (_, effect) =>
        {
            if (effect.StartsWith("fill ", StringComparison.Ordinal))
            {
                filled.Add(world.Host.Sides.Single(s => s.Partial).Content!.Config.Cluster.Version);
            }
        };

        world.RunToRest();
        return filled;
    }

    // How often an agent asks what is wanted between its start and the commit of what it found in flight.
    private static int? ReadsBeforeTheCommit(Plant plant)
    {
        var world = Worlds.Drifted();
        world.RunAgent(cutAt: 20);
        world.Plant = plant;
        var reads = world.Wishes.Reads;
        int? atCommit = null;
        world.Scissors.OnEffect = (_, effect) => atCommit ??= effect == "enable kube2" ? world.Wishes.Reads - reads : null;

        world.RunToRest();
        return atCommit;
    }
}
