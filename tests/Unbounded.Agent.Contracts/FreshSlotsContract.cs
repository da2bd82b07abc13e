using Unbounded.Agent.Core.Slots;

namespace Unbounded.Agent.Contracts;

/// <summary>
/// What <see cref="ISlots"/> promises on a host that has no side yet. For backends that know such hosts: machines do, partitions always
/// run one.
/// </summary>
public abstract class FreshSlotsContract
{
    /// <summary>A host on which nothing was ever installed.</summary>
    protected abstract Task<ISlotsHost> StartFreshAsync();

    /// <summary>Runs a test. A simulation runs it on its own clock.</summary>
    protected virtual Task RunAsync(Func<Task> test) => test();

    [Fact]
    public Task Inspect_OfAFreshHost_ShowsNothing() => On(async (host, first) =>
    {
        var seen = await host.Slots.InspectAsync(CancellationToken.None);

        Assert.Equal((null, null), (seen.Permitted, seen.BootsNext));
        Assert.All(seen.Slots, s => Assert.Equal((SlotState.Empty, null), (s.State, s.BootId)));
    });

    [Fact]
    public Task Prepare_OfTheFirstSide_PermitsAndEnablesNothing() => On(async (host, first) =>
    {
        await PrepareAsync(host, first);

        var seen = await host.Slots.InspectAsync(CancellationToken.None);
        Assert.Equal((null, null, SlotState.HeldBack), (seen.Permitted, seen.BootsNext, seen[first].State));
        Assert.False(await host.RunsNodeSoftwareAsync(first));
    });

    [Fact]
    public Task Law11_AFirstSideBeforeItsCommit_DoesNotSurviveAReboot() => On(async (host, first) =>
    {
        await PrepareAsync(host, first);
        await host.Slots.ActivateAsync(first, NoProgress.Instance, CancellationToken.None);
        Assert.True(await host.RunsNodeSoftwareAsync(first));

        await host.RebootAsync();

        var seen = await host.Slots.InspectAsync(CancellationToken.None);
        Assert.Equal((null, null), (seen.Permitted, seen.BootsNext));
        Assert.False(await host.RunsNodeSoftwareAsync(first));
    });

    [Fact]
    public Task Commit_OfTheFirstSide_IsWhatTheHostBoots() => On(async (host, first) =>
    {
        await PrepareAsync(host, first);
        await host.Slots.ActivateAsync(first, NoProgress.Instance, CancellationToken.None);
        await host.Slots.CommitAsync(first);

        await host.RebootAsync();

        var seen = await host.Slots.InspectAsync(CancellationToken.None);
        Assert.Equal((first, first), (seen.Permitted, seen.BootsNext));
        Assert.True(await host.RunsNodeSoftwareAsync(first));
    });

    [Fact]
    public Task Revert_OfTheFirstSide_LeavesNoSideToRunAndASlotThatCanBeFreed() => On(async (host, first) =>
    {
        await PrepareAsync(host, first);
        await host.Slots.ActivateAsync(first, NoProgress.Instance, CancellationToken.None);

        await RevertAsync(host, first);
        await RevertAsync(host, first);

        Assert.Null((await host.Slots.InspectAsync(CancellationToken.None)).Permitted);
        Assert.False(await host.RunsNodeSoftwareAsync(first));
        await host.Slots.ReleaseAsync(first, CancellationToken.None);
        Assert.Equal(SlotState.Empty, (await host.Slots.InspectAsync(CancellationToken.None))[first].State);
    });

    [Fact]
    public Task Revert_OfTheFirstSideBeforeItRan_LeavesASlotThatCanBeFreed() => On(async (host, first) =>
    {
        await PrepareAsync(host, first);

        await RevertAsync(host, first);
        await host.Slots.ReleaseAsync(first, CancellationToken.None);

        Assert.Equal(SlotState.Empty, (await host.Slots.InspectAsync(CancellationToken.None))[first].State);
    });

    [Fact]
    public Task Prepare_AfterAnInstallationThatWasGivenUp_InstallsAnew() => On(async (host, first) =>
    {
        await PrepareAsync(host, first);
        await host.Slots.ActivateAsync(first, NoProgress.Instance, CancellationToken.None);
        await RevertAsync(host, first);
        await host.Slots.ReleaseAsync(first, CancellationToken.None);

        await PrepareAsync(host, first);
        await host.Slots.ActivateAsync(first, NoProgress.Instance, CancellationToken.None);

        Assert.Equal(first, (await host.Slots.InspectAsync(CancellationToken.None)).Permitted);
        Assert.True(await host.RunsNodeSoftwareAsync(first));
    });

    private static Task PrepareAsync(ISlotsHost host, SlotName slot) =>
        host.Slots.PrepareAsync(slot, host.Good(1), NoProgress.Instance, CancellationToken.None);

    private static Task<Activation> RevertAsync(ISlotsHost host, SlotName slot) =>
        host.Slots.RevertAsync(slot, good: null, TimeSpan.FromSeconds(2), NoProgress.Instance, CancellationToken.None);

    private Task On(Func<ISlotsHost, SlotName, Task> test) => RunAsync(async () =>
    {
        await using var host = await StartFreshAsync();
        await test(host, host.Slots.Names[0]);
    });
}
