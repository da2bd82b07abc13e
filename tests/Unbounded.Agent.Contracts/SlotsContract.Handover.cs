using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Verification;

namespace Unbounded.Agent.Contracts;

/// <summary>Handing over, committing, going back.</summary>
public abstract partial class SlotsContract
{
    [Fact]
    public Task Law10_ADeactivatedSide_RunsNoNodeSoftwareAndStaysBooted() => On(async side =>
    {
        await side.PrepareAsync();

        await side.Slots.DeactivateAsync(side.Active, Grace, NoProgress.Instance, CancellationToken.None);
        await side.Slots.DeactivateAsync(side.Active, Grace, NoProgress.Instance, CancellationToken.None);

        // A partition's node software goes with its system: deactivating it is nothing.
        Assert.Equal(side.Host.ActivationEndsProcess, await side.Host.RunsNodeSoftwareAsync(side.Active));
        Assert.NotNull((await side.SeeAsync())[side.Active].BootId);
    });

    [Fact]
    public Task Law11_AnActivatedSide_RunsButIsNotWhatTheHostBoots() => On(async side =>
    {
        await side.PrepareAsync();
        await side.HandOverAsync();

        await side.RunsAloneAsync(side.Alternate);
        Assert.Equal(side.Active, (await side.SeeAsync()).BootsNext);
    });

    [Fact]
    public Task Law11_ARebootBeforeTheCommit_IsARollback() => On(async side =>
    {
        await side.PrepareAsync();
        await side.HandOverAsync();

        await side.Host.RebootAsync();

        await side.RunsAloneAsync(side.Active);
    });

    [Fact]
    public Task Law11_ARebootAfterPreparing_BringsTheActiveSideAlone() => On(async side =>
    {
        await side.PrepareAsync();

        await side.Host.RebootAsync();

        await side.RunsAloneAsync(side.Active);
        Assert.Equal(SlotState.Complete, (await side.SeeAsync())[side.Alternate].State);
    });

    [Fact]
    public Task Law01_Activate_ASecondTimeInANewProcess_StartsNothingAgain() => On(async side =>
    {
        await side.PrepareAsync();
        await side.HandOverAsync();
        var invocation = await side.Host.InvocationAsync(side.Alternate);
        await side.Host.NewProcessAsync();

        var again = await side.Slots.ActivateAsync(side.Alternate, NoProgress.Instance, CancellationToken.None);

        Assert.Equal(Activation.Started, again);
        Assert.Equal(invocation, await side.Host.InvocationAsync(side.Alternate));
        await side.RunsAloneAsync(side.Alternate);
    });

    [Fact]
    public Task Checks_OfAGoodSide_TurnGreen() => On(async side =>
    {
        await side.PrepareAsync();
        await side.HandOverAsync();

        var result = await new VerificationGate(side.Host.Time).RunAsync(
            side.Slots.Checks(side.Alternate, side.Host.Good(2)),
            new(TimeSpan.FromMinutes(2), TimeSpan.Zero),
            observer: null,
            CancellationToken.None);

        Assert.True(result.Passed, result.Failed);
        Assert.NotEmpty(result.Checks);
    });

    [Fact]
    public Task Checks_OfASideThatDoesNotRun_StayRed() => On(async side =>
    {
        await side.PrepareAsync();

        var result = await new VerificationGate(side.Host.Time).RunAsync(
            side.Slots.Checks(side.Alternate, side.Host.Good(2)),
            new(TimeSpan.FromSeconds(3), TimeSpan.Zero),
            observer: null,
            CancellationToken.None);

        Assert.False(result.Passed);
    });

    [Fact]
    public Task Law02_Commit_ChangesWhatTheHostBoots() => On(async side =>
    {
        await side.PrepareAsync();
        await side.HandOverAsync();

        await side.Slots.CommitAsync(side.Alternate);
        await side.Slots.CommitAsync(side.Alternate);

        Assert.Equal(side.Alternate, (await side.SeeAsync()).BootsNext);
        await side.Host.RebootAsync();
        await side.RunsAloneAsync(side.Alternate);
    });

    [Fact]
    public Task Law10_Revert_PutsTheOldSideBackAlone() => On(async side =>
    {
        await side.PrepareAsync();
        await side.HandOverAsync();

        await side.RevertAsync();

        await side.RunsAloneAsync(side.Active);
        Assert.Equal(side.Active, (await side.SeeAsync()).BootsNext);
    });

    [Fact]
    public Task Law01_Revert_ASecondTimeInANewProcess_StartsNothingAgain() => On(async side =>
    {
        await side.PrepareAsync();
        await side.HandOverAsync();
        await side.RevertAsync();
        var invocation = await side.Host.InvocationAsync(side.Active);
        await side.Host.NewProcessAsync();

        await side.RevertAsync();

        Assert.Equal(invocation, await side.Host.InvocationAsync(side.Active));
        await side.RunsAloneAsync(side.Active);
    });

    [Fact]
    public Task Revert_BetweenTheStopAndTheStart_PutsTheOldSideBack() => On(async side =>
    {
        await side.PrepareAsync();
        await side.Slots.DeactivateAsync(side.Active, Grace, NoProgress.Instance, CancellationToken.None);
        await side.Host.NewProcessAsync();

        await side.RevertAsync();

        await side.RunsAloneAsync(side.Active);
    });

    [Fact]
    public Task Revert_OfASideThatIsDown_BringsItBack() => On(async side =>
    {
        await side.Host.TakeDownAsync(side.Active);

        await side.RevertAsync();

        await side.RunsAloneAsync(side.Active);
    });

    [Fact]
    public Task Revert_BesideAnEmptySlot_ChangesNothing() => On(async side =>
    {
        var invocation = await side.Host.InvocationAsync(side.Active);

        await side.RevertAsync();

        Assert.Equal(invocation, await side.Host.InvocationAsync(side.Active));
    });

    [Fact]
    public Task Activate_OfABadTarget_LeavesAHostThatCanGoBack() => On(async side =>
    {
        if (side.Host.Bad is not { } bad)
        {
            Assert.Fail("this host can't make a bad target: its fixture lacks one");
            return;
        }

        try
        {
            await side.Slots.PrepareAsync(side.Alternate, bad, NoProgress.Instance, CancellationToken.None);
            await side.HandOverAsync();
        }
        catch (Core.Errors.AgentException)
        {
            // Where it shows is the backend's affair; that the way back is open is the contract.
        }

        await side.RevertAsync();
        await side.Slots.ReleaseAsync(side.Alternate, CancellationToken.None);

        await side.RunsAloneAsync(side.Active);
        Assert.Equal(SlotState.Empty, (await side.SeeAsync())[side.Alternate].State);
    });
}
