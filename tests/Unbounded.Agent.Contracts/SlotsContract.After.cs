using Unbounded.Agent.Core.Slots;

namespace Unbounded.Agent.Contracts;

/// <summary>After the commit: retiring, reviving, restarting.</summary>
public abstract partial class SlotsContract
{
    [Fact]
    public Task Law13_ARetiredSide_StopsAndKeepsItsContent() => On(async side =>
    {
        await SwapAsync(side);

        await side.Slots.RetireAsync(side.Active, CancellationToken.None);
        await side.Slots.RetireAsync(side.Active, CancellationToken.None);

        var seen = (await side.SeeAsync())[side.Active];
        Assert.Equal((SlotState.Complete, null), (seen.State, seen.BootId));
        Assert.Equal(side.Host.Good(1).Fingerprint, seen.Fingerprint);
        await side.RunsAloneAsync(side.Alternate);
    });

    [Fact]
    public Task Revive_OfARetiredSide_IsReadyForTheHandover() => On(async side =>
    {
        await SwapAsync(side);
        await side.Slots.RetireAsync(side.Active, CancellationToken.None);

        await side.Slots.ReviveAsync(side.Active, side.Host.Good(1), NoProgress.Instance, CancellationToken.None);

        var seen = await side.SeeAsync();
        Assert.Equal(side.Host.ActivationEndsProcess ? SlotState.Complete : SlotState.HeldBack, seen[side.Active].State);
        await side.RunsAloneAsync(side.Alternate);
    });

    [Fact]
    public Task Revive_AndHandOver_GoesBackToTheRetiredSide() => On(async side =>
    {
        await SwapAsync(side);
        await side.Slots.RetireAsync(side.Active, CancellationToken.None);
        await side.Slots.ReviveAsync(side.Active, side.Host.Good(1), NoProgress.Instance, CancellationToken.None);

        await side.Slots.DeactivateAsync(side.Alternate, Grace, NoProgress.Instance, CancellationToken.None);
        await side.ArriveAsync(await side.Slots.ActivateAsync(side.Active, NoProgress.Instance, CancellationToken.None));
        await side.Slots.CommitAsync(side.Active);

        await side.RunsAloneAsync(side.Active);
        Assert.Equal(side.Active, (await side.SeeAsync()).BootsNext);
    });

    [Fact]
    public Task Prepare_OfARetiredSlot_ReplacesThePreviousSide() => On(async side =>
    {
        await SwapAsync(side);
        await side.Slots.RetireAsync(side.Active, CancellationToken.None);

        await side.Slots.PrepareAsync(side.Active, side.Host.Good(3), NoProgress.Instance, CancellationToken.None);

        Assert.Equal(side.Host.Good(3).Fingerprint, (await side.SeeAsync())[side.Active].Fingerprint);
        await side.RunsAloneAsync(side.Alternate);
    });

    [Fact]
    public Task Restart_OfTheActiveSide_StartsItAgainInPlace() => On(async side =>
    {
        var before = await side.SeeAsync();

        await side.ArriveAsync(await side.Slots.RestartAsync(side.Active, Grace, NoProgress.Instance, CancellationToken.None));

        var after = await side.SeeAsync();
        Assert.NotEqual(before[side.Active].BootId, after[side.Active].BootId);
        Assert.Equal(side.Active, after.BootsNext);
        await side.RunsAloneAsync(side.Active);
    });

    [Fact]
    public Task ApplyLive_OfTheActiveSide_RestartsNothing() => On(async side =>
    {
        var invocation = await side.Host.InvocationAsync(side.Active);
        var target = side.Host.Good(1);
        target = target with
        {
            Config = target.Config with
            {
                Kubelet = target.Config.Kubelet with { Labels = new Dictionary<string, string>(StringComparer.Ordinal) { ["zone"] = "b" } },
            },
        };

        await side.Slots.ApplyLiveAsync(side.Active, target, CancellationToken.None);
        await side.Slots.ApplyLiveAsync(side.Active, target, CancellationToken.None);

        Assert.Equal(invocation, await side.Host.InvocationAsync(side.Active));
        await side.RunsAloneAsync(side.Active);
    });

    private static async Task SwapAsync(Side side)
    {
        await side.PrepareAsync();
        await side.HandOverAsync();
        await side.Slots.CommitAsync(side.Alternate);
    }
}
