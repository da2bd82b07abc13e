using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Tests.Transaction.Records;
using Unbounded.Agent.Core.Transaction.Planning;
using Unbounded.Agent.Core.Transaction.Records;
using Xunit.Abstractions;
using static Unbounded.Agent.Simulation.Worlds.Samples;

namespace Unbounded.Agent.Core.Tests.Transaction.Planning;

/// <summary>Laws that hold for every input there is, sensible or not.</summary>
public sealed class DecideLawsTests(ITestOutputHelper output)
{
    private static readonly SlotName?[] Names = [null, Kube1, Kube2];

    private static readonly StepKind[] Undoing = [StepKind.GiveUp, StepKind.Revert, StepKind.Release, StepKind.VerifyReverted];

    private static readonly StepKind[] InFlight =
    [
        StepKind.Begin, StepKind.Prepare, StepKind.Revive, StepKind.Deactivate, StepKind.Activate, StepKind.Restart, StepKind.Verify,
        StepKind.Commit, StepKind.WriteFiles, StepKind.Retire, StepKind.Revert, StepKind.VerifyReverted, StepKind.Release, StepKind.Conclude,
    ];

    [Fact]
    public void Decide_OfEveryInput_HasAnAnswer()
    {
        var decided = 0;
        foreach (var record in Records())
        {
            foreach (var slots in Observations())
            {
                foreach (var desired in (Desired?[])[null, Wanted.Nothing, Wanted.Swap()])
                {
                    var plan = Decide(record, desired, slots);
                    Assert.NotEmpty(plan.Summary);
                    Assert.True(plan.Kind != PlanKind.Refused || plan.Refusal is not null);
                    Assert.True(plan.Steps.All(s => s.Kind != StepKind.Begin) || plan.Transition is not null);
                    decided++;
                }
            }
        }

        output.WriteLine($"{decided} situations");
        Assert.True(decided > 50_000);
    }

    [Fact]
    public void Law02_AfterTheCommit_NothingIsEverUndone()
    {
        foreach (var record in Records().Where(r => r?.Transition is { Kind: not TransitionKind.Restart }))
        {
            foreach (var slots in Observations())
            {
                var t = record!.Transition!;
                if (t.Committed || (t.CommitIntended && slots.BootsNext == t.To))
                {
                    Assert.DoesNotContain(Decide(record, Wanted.Swap(), slots).Steps, s => Undoing.Contains(s.Kind));
                }
            }
        }
    }

    [Fact]
    public void Law02_NothingIsCommitted_ThatTheGateHasNotSeen()
    {
        foreach (var record in Records())
        {
            foreach (var slots in Observations())
            {
                var steps = Decide(record, Wanted.Swap(), slots).Steps;
                var commit = steps.ToList().FindIndex(s => s.Kind == StepKind.Commit);
                var tookEffect = record?.Transition is { CommitIntended: true } t && slots.BootsNext == t.To;
                Assert.True(commit < 0 || tookEffect || steps.Take(commit).Any(s => s.Kind == StepKind.Verify));
            }
        }
    }

    [Fact]
    public void Law03_WhatIsDesired_ChangesNothingOfATransitionInFlight()
    {
        foreach (var record in Records().Where(r => r?.Transition is not null))
        {
            // Texts are slow to make: every seventh observation, which still meets every kind of it many times.
            foreach (var slots in Observations().Where((_, i) => i % 7 == 0))
            {
                var plan = Decide(record, desired: null, slots).Describe();

                Assert.Equal(plan, Decide(record, Wanted.Nothing, slots).Describe());
                Assert.Equal(plan, Decide(record, Wanted.Swap() with { Counters = new(9, 9) }, slots).Describe());
            }
        }
    }

    [Fact]
    public void Law05_ATransitionInFlight_ComesBeforeEverythingElse()
    {
        foreach (var record in Records().Where(r => r?.Transition is not null))
        {
            foreach (var slots in Observations())
            {
                var plan = Decide(record, Wanted.Swap(), slots);

                Assert.Equal(PlanKind.Resume, plan.Kind);
                Assert.Null(plan.Transition);
                Assert.Equal([StepKind.Conclude, StepKind.Publish], plan.Steps.TakeLast(2).Select(s => s.Kind));
            }
        }
    }

    [Fact]
    public void Law06_AResumeThatRepeatsAnEffect_IsCountedOrWasStoppedInGoodOrder()
    {
        foreach (var record in Records().Where(r => r?.Transition is { GivenUp: null, Committed: false, CommitIntended: false, Suspended: false }))
        {
            foreach (var slots in Observations().Where(s => s.HostBootId == record!.Transition!.HostBootId))
            {
                var steps = Decide(record, desired: null, slots).Steps;

                Assert.Contains(steps, s => s is { Kind: StepKind.Resume, Counted: true } or { Kind: StepKind.GiveUp });
            }
        }
    }

    [Fact]
    public void Law11_OutsideATransition_NothingTouchesTheSideThatTheHostBoots()
    {
        foreach (var record in Records().Where(r => r is { Transition: null, Active: not null }))
        {
            foreach (var slots in Observations().Where(s => s.BootsNext == Kube1))
            {
                Assert.DoesNotContain(
                    Decide(record, Wanted.Swap(), slots).Steps.TakeWhile(s => s.Kind != StepKind.Commit),
                    s => s.Kind is StepKind.Prepare or StepKind.Revive or StepKind.Release or StepKind.Retire && s.Slot == Kube1);
            }
        }
    }

    private static Plan Decide(AgentRecord? record, Desired? desired, SlotsObservation slots) =>
        Planner.Decide(record, desired, new(slots, Discovery.Nothing, Requests.None), SampleRecords.Now);

    private static IEnumerable<AgentRecord?> Records()
    {
        yield return null;
        yield return SampleRecords.AtRest();
        yield return SampleRecords.AtRest() with { Active = null };
        yield return SampleRecords.AtRest() with { Previous = SampleRecords.Side(Kube2, "1.29.0"), Leftovers = [Kube2] };
        var error = new ErrorRecord("UBA-1023", "what", "why", "next");
        foreach (var kind in Enum.GetValues<TransitionKind>())
        {
            foreach (var step in InFlight)
            {
                foreach (var state in Enum.GetValues<StepState>())
                {
                    yield return SampleRecords.InFlight(step, state, kind);
                    yield return SampleRecords.InFlight(step, state, kind, t => t with { GivenUp = error });
                    yield return SampleRecords.InFlight(step, state, kind, t => t with { CommitIntended = true });
                    yield return SampleRecords.InFlight(step, state, kind, t => t with { From = null });
                }
            }

            yield return SampleRecords.InFlight(StepKind.Retire, StepState.Intent, kind, t => t with { CommitIntended = true, Committed = true });
        }
    }

    private static IEnumerable<SlotsObservation> Observations() =>
        from one in (SlotState[])[SlotState.HeldBack, SlotState.Running, SlotState.Down]
        from two in (SlotState[])[SlotState.Empty, SlotState.Partial, SlotState.Complete, SlotState.HeldBack, SlotState.Running]
        from permitted in Names
        from next in Names
        from boot in (string[])["boot-1", "boot-2"]
        let decides = boot == "boot-2" && one == SlotState.Running
        select new SlotsObservation(boot, permitted, next, [new(Kube1, one), new(Kube2, two)]) { BootDecides = decides };
}
