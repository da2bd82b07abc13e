using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Partitions.Boot;
using Unbounded.Agent.Partitions.Layout;

namespace Unbounded.Agent.Partitions.Tests.Boot;

public sealed class BootStateTests
{
    private static readonly IReadOnlyList<SlotName> Slots = SlotTable.Names;
    private static readonly SlotName A = Slots[0];
    private static readonly SlotName B = Slots[1];

    private static BootState Committed => new(A, Proven: true, 0, [A, B]);

    [Fact]
    public void BootsNext_OfACommittedSlot_IsThatOne() => Assert.Equal(A, Committed.BootsNext(Slots));

    [Fact]
    public void BootsNext_OfASlotOnTrial_IsThatOneUntilItsBootsAreSpent()
    {
        var trial = Committed.WithTrial(B);

        Assert.Equal((B, A, 3), (trial.BootsNext(Slots), trial.Committed(Slots), trial.Tries));
        Assert.Equal(B, (trial with { Tries = 1 }).BootsNext(Slots));
        Assert.Equal(A, (trial with { Tries = 0 }).BootsNext(Slots));
    }

    [Fact]
    public void BootsNext_OfASpentTrialBesideAnUnbootableSlot_HasNowhereElseToGo() =>
        Assert.Equal(B, (Committed.WithTrial(B) with { Tries = 0, Bootable = [B] }).BootsNext(Slots));

    [Fact]
    public void BootsNext_OfAnUnbootableSlot_IsTheOther() =>
        Assert.Equal(B, (Committed with { Bootable = [B] }).BootsNext(Slots));

    [Fact]
    public void BootsNext_WithoutAnyBootableSlot_IsTheActiveOne() =>
        Assert.Equal(A, (Committed with { Bootable = [] }).BootsNext(Slots));

    [Fact]
    public void WithUnbootable_OfTheSlotOnTrial_EndsTheTrial() =>
        Assert.Equal(new BootState(A, Proven: true, 0, [A]), Committed.WithTrial(B).WithUnbootable(Slots, B));

    [Fact]
    public void WithUnbootable_OfTheOtherSlot_LeavesTheTrial()
    {
        var trial = Committed.WithTrial(B);

        Assert.Equal(trial with { Bootable = [B] }, trial.WithUnbootable(Slots, A));
    }

    [Fact]
    public void WithBootable_ASecondTime_IsTheSame()
    {
        var state = Committed with { Bootable = [B] };

        Assert.Equal([A, B], state.WithBootable(A).Bootable);
        Assert.Same(Committed.Bootable[0].Value, state.WithBootable(A).WithBootable(A).Bootable[0].Value);
    }

    [Fact]
    public void WithArrival_OfTheSlotOnTrial_LeavesItNoFurtherBoot()
    {
        var arrived = Committed.WithTrial(B).WithArrival(B);

        Assert.Equal((B, false, 0, A), (arrived.Active, arrived.Proven, arrived.Tries, arrived.BootsNext(Slots)));
    }

    [Fact]
    public void WithArrival_OfAnyOtherSlot_ChangesNothing()
    {
        Assert.Equal(Committed.WithTrial(B), Committed.WithTrial(B).WithArrival(A));
        Assert.Equal(Committed, Committed.WithArrival(A));
    }

    [Fact]
    public void Equals_OfTheSameSlots_ComparesWhatIsInTheList()
    {
        Assert.Equal(Committed, Committed with { Bootable = [A, B] });
        Assert.Equal(Committed.GetHashCode(), (Committed with { Bootable = [A, B] }).GetHashCode());
        Assert.NotEqual(Committed, Committed with { Bootable = [A] });
    }
}
