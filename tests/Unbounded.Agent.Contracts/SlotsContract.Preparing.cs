using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Slots;

namespace Unbounded.Agent.Contracts;

/// <summary>Looking, filling, freeing.</summary>
public abstract partial class SlotsContract
{
    [Fact]
    public Task Inspect_OfTheStart_ShowsOneActiveSide() => On(async side =>
    {
        var seen = await side.SeeAsync();

        Assert.Equal(side.Slots.Names, seen.Slots.Select(s => s.Name));
        Assert.Equal(side.Active, seen.BootsNext);
        Assert.Equal(SlotState.Empty, seen[side.Alternate].State);
        Assert.Equal(side.Host.Good(1).Fingerprint, seen[side.Active].Fingerprint);
        Assert.NotNull(seen[side.Active].BootId);
        Assert.NotEmpty(seen.HostBootId);
        await side.RunsAloneAsync(side.Active);
    });

    [Fact]
    public Task Inspect_ASecondTime_ShowsTheSame() => On(async side =>
    {
        var first = await side.SeeAsync();
        var second = await side.SeeAsync();

        Assert.Equal(first.Slots.Select(s => (s.Name, s.State, s.Fingerprint, s.BootId)), second.Slots.Select(s => (s.Name, s.State, s.Fingerprint, s.BootId)));
        Assert.Equal((first.HostBootId, first.Permitted, first.BootsNext), (second.HostBootId, second.Permitted, second.BootsNext));
    });

    [Fact]
    public Task Law12_PreparingTheAlternate_TouchesNothingOfTheActiveSide() => On(async side =>
    {
        var before = await side.SeeAsync();
        var invocation = await side.Host.InvocationAsync(side.Active);

        await side.PrepareAsync();

        var after = await side.SeeAsync();
        Assert.Equal(before[side.Active], after[side.Active] with { SizeBytes = before[side.Active].SizeBytes });
        Assert.Equal(invocation, await side.Host.InvocationAsync(side.Active));
        Assert.Equal((side.Active, side.Active), (after.Permitted, after.BootsNext));
        await side.RunsAloneAsync(side.Active);
    });

    [Fact]
    public Task Prepare_OfTheAlternate_EndsReadyForTheHandover() => On(async side =>
    {
        await side.PrepareAsync();

        var seen = (await side.SeeAsync())[side.Alternate];
        Assert.Equal(side.Host.ActivationEndsProcess ? SlotState.Complete : SlotState.HeldBack, seen.State);
        Assert.Equal(side.Host.Good(2).Fingerprint, seen.Fingerprint);
    });

    [Fact]
    public Task Law01_Prepare_ASecondTimeInANewProcess_EndsTheSame() => On(async side =>
    {
        await side.PrepareAsync();
        await side.Host.NewProcessAsync();
        await side.PrepareAsync();

        Assert.Equal(side.Host.Good(2).Fingerprint, (await side.SeeAsync())[side.Alternate].Fingerprint);
        await side.RunsAloneAsync(side.Active);
    });

    [Fact]
    public Task Prepare_OfAnotherTarget_ReplacesWhatWasThere() => On(async side =>
    {
        await side.PrepareAsync(2);
        await side.PrepareAsync(3);

        Assert.Equal(side.Host.Good(3).Fingerprint, (await side.SeeAsync())[side.Alternate].Fingerprint);
    });

    [Fact]
    public Task Inspect_OfAHalfBuiltSlot_IsPartial() => On(async side =>
    {
        await side.Host.LeaveHalfBuiltAsync(side.Alternate);

        var seen = (await side.SeeAsync())[side.Alternate];
        Assert.Equal(SlotState.Partial, seen.State);
        Assert.Null(seen.Fingerprint);
    });

    [Fact]
    public Task Prepare_OfAHalfBuiltSlot_BuildsItAnew() => On(async side =>
    {
        await side.Host.LeaveHalfBuiltAsync(side.Alternate);

        await side.PrepareAsync();

        Assert.Equal(side.Host.Good(2).Fingerprint, (await side.SeeAsync())[side.Alternate].Fingerprint);
    });

    [Fact]
    public Task Prepare_ThatIsStoppedAtOnce_LeavesASlotThatCanBePrepared() => On(async side =>
    {
        using var stopped = new CancellationTokenSource();
        await stopped.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => side.Slots.PrepareAsync(side.Alternate, side.Host.Good(2), NoProgress.Instance, stopped.Token));
        await side.PrepareAsync();

        await side.RunsAloneAsync(side.Active);
    });

    [Fact]
    public Task Law08_TheActiveSide_IsNeverPrepared() => On(async side =>
    {
        await Assert.ThrowsAnyAsync<Exception>(
            () => side.Slots.PrepareAsync(side.Active, side.Host.Good(2), NoProgress.Instance, CancellationToken.None));

        await side.RunsAloneAsync(side.Active);
    });

    [Fact]
    public Task Law08_TheActiveSide_IsNeverReleased() => On(async side =>
    {
        await Assert.ThrowsAnyAsync<Exception>(() => side.Slots.ReleaseAsync(side.Active, CancellationToken.None));

        await side.RunsAloneAsync(side.Active);
    });

    [Fact]
    public Task Release_OfAPreparedSlot_LeavesNothing() => On(async side =>
    {
        await side.PrepareAsync();

        await side.Slots.ReleaseAsync(side.Alternate, CancellationToken.None);
        await side.Slots.ReleaseAsync(side.Alternate, CancellationToken.None);

        var seen = (await side.SeeAsync())[side.Alternate];
        Assert.Equal((SlotState.Empty, null), (seen.State, seen.BootId));
        await side.RunsAloneAsync(side.Active);
    });

    [Fact]
    public Task Release_OfAHalfBuiltSlot_LeavesNothing() => On(async side =>
    {
        await side.Host.LeaveHalfBuiltAsync(side.Alternate);

        await side.Slots.ReleaseAsync(side.Alternate, CancellationToken.None);

        Assert.Equal(SlotState.Empty, (await side.SeeAsync())[side.Alternate].State);
    });

    [Fact]
    public Task Revive_OfAnEmptySlot_Fails() => On(async side =>
        await Assert.ThrowsAsync<AgentException>(
            () => side.Slots.ReviveAsync(side.Alternate, side.Host.Good(2), NoProgress.Instance, CancellationToken.None)));
}
