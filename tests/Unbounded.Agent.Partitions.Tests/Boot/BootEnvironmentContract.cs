using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Linux;
using Unbounded.Agent.Partitions.Boot;
using Unbounded.Agent.Partitions.Layout;

namespace Unbounded.Agent.Partitions.Tests.Boot;

/// <summary>
/// What <see cref="IBootEnvironment"/> promises, over a real FAT file system and a model of the loader that reads it. Each test starts with slot A committed
/// and slot B empty.
/// </summary>
public abstract class BootEnvironmentContract
{
    private static readonly IReadOnlyList<SlotName> Slots = SlotTable.Names;
    private static readonly SlotName A = Slots[0];
    private static readonly SlotName B = Slots[1];

    /// <summary>A host of this kind.</summary>
    protected abstract IBootHost Start();

    [Fact]
    public async Task Read_OfWhatAnImageHas_IsACommittedSlotBesideAnEmptyOne() =>
        Assert.Equal(new BootState(A, Proven: true, 0, [A]), await ReadAsync(Start()));

    [Fact]
    public async Task Write_OfEveryStateThatCanBeReached_IsWhatIsReadAndWhatIsBooted()
    {
        var host = Start();
        foreach (var (state, _) in Reachable(host.Trials))
        {
            await host.Environment.WriteAsync(state);

            Assert.Equal(state, await ReadAsync(host));
            Assert.Equal(state.BootsNext(Slots), host.Reboot());
        }
    }

    [Fact]
    public async Task Law11_APowerCutAfterEveryWriteOfEveryChange_BootsTheOldOrTheNewSlotAndOnlyACompleteOne()
    {
        var host = Start();
        var cuts = 0;
        foreach (var (before, changes) in Reachable(host.Trials))
        {
            foreach (var after in changes)
            {
                await host.Environment.WriteAsync(before);
                host.Watch();
                await host.Environment.WriteAsync(after);
                var moments = host.Moments.ToList();
                foreach (var moment in moments)
                {
                    // What a slot holds changes before it is called complete, and after it is no longer called so.
                    var complete = moment == moments[^1] ? after.Bootable : [.. before.Bootable, .. after.Bootable];
                    cuts++;
                    await CutAsync(host, moment, before, after, complete, orderly: false);
                    await CutAsync(host, moment, before, after, complete, orderly: true);
                }

                host.GoTo(moments[^1]);
            }
        }

        Assert.True(cuts > 50, $"only {cuts} instants");
    }

    [Fact]
    public async Task Write_OfTheSameState_WritesNothing()
    {
        var host = Start();
        foreach (var (state, _) in Reachable(host.Trials))
        {
            await host.Environment.WriteAsync(state);
            host.Watch();

            await host.Environment.WriteAsync(await ReadAsync(host));

            Assert.Single(host.Moments);
        }
    }

    [Fact]
    public async Task Law11_ATrialThatNeverComesUp_FallsBackByItself()
    {
        var host = Start();
        await host.Environment.WriteAsync((await ReadAsync(host)).WithBootable(B).WithTrial(B));

        for (var boots = 0; boots < host.Trials; boots++)
            Assert.Equal(B, host.Reboot());

        Assert.Equal(A, host.LosePower());
        Assert.Equal(A, host.Reboot());
        Assert.Equal(A, (await ReadAsync(host)).BootsNext(Slots));
    }

    [Fact]
    public async Task Law11_ATrialThatCameUp_IsLeftByTheNextReboot()
    {
        var host = Start();
        await host.Environment.WriteAsync((await ReadAsync(host)).WithBootable(B).WithTrial(B));
        Assert.Equal(B, host.Reboot());

        await host.Environment.WriteAsync((await ReadAsync(host)).WithArrival(B));

        Assert.Equal(new BootState(B, Proven: false, 0, [A, B]), await ReadAsync(host));
        Assert.Equal(A, host.Reboot());
    }

    [Fact]
    public async Task Write_BesideWhatIsNotOurs_KeepsIt()
    {
        var host = Start();
        host.AddForeign();
        foreach (var (state, _) in Reachable(host.Trials))
        {
            await host.Environment.WriteAsync(state);
            Assert.True(host.HasForeign, $"lost at {state}");
            Assert.Equal(state.BootsNext(Slots), host.Reboot());
        }
    }

    [Theory]
    [InlineData("empty")]
    [InlineData("missing")]
    [InlineData("garbage")]
    public async Task Law08_ADamagedFile_IsMendedFromTheCopy(string how)
    {
        var host = Start();
        var state = (await ReadAsync(host)).WithBootable(B).WithCommitted(B);
        await host.Environment.WriteAsync(state);
        host.Damage(how, all: false);

        Assert.Equal(state, await ReadAsync(host));
        await host.Environment.WriteAsync(await ReadAsync(host));

        Assert.Equal(state, await ReadAsync(host));
        Assert.Equal(B, host.LosePower());
    }

    [Theory]
    [InlineData("empty")]
    [InlineData("missing")]
    [InlineData("garbage")]
    public async Task Read_OfDamageToEveryCopy_IsRefused(string how)
    {
        var host = Start();
        host.Damage(how, all: true);

        var error = await Assert.ThrowsAsync<AgentException>(() => ReadAsync(host));

        Assert.Equal(host.Unusable, error.Code);
        Assert.NotEmpty(error.Next);
    }

    [Theory]
    [InlineData("Read-only file system")]
    [InlineData("No space left on device")]
    public async Task Write_ThatTheFileSystemRefuses_SaysSoAndLeavesEverything(string why)
    {
        var host = Start();
        var before = await ReadAsync(host);
        host.Failure = new AgentException(LinuxErrors.WrongFileType, "a file could not be written", why, "see");

        var error = await Assert.ThrowsAsync<AgentException>(() => host.Environment.WriteAsync(before.WithBootable(B).WithTrial(B)));

        Assert.Equal(why, error.Why);
        host.Failure = null;
        Assert.Equal(before, await ReadAsync(host));
        Assert.Equal(A, host.Reboot());
    }

    private static async Task CutAsync(
        IBootHost host, object moment, BootState before, BootState after, IReadOnlyList<SlotName> complete, bool orderly)
    {
        host.GoTo(moment);
        var booted = orderly ? host.Reboot() : host.LosePower();
        var story = $"{before} -> {after}, {(orderly ? "rebooted" : "cut off")} at one of its writes, booted {booted}";
        Assert.True(complete.Contains(booted), story);
        // A trial that was not begun for good, or is forgotten with the power, is a boot of the committed slot.
        SlotName[] allowed = [.. new[] { before, after }.SelectMany(s => new[] { s.BootsNext(Slots), s.Committed(Slots) })];
        Assert.True(allowed.Contains(booted), story);
        var seen = await ReadAsync(host);
        Assert.True(Normal(seen) == Normal(before) || Normal(seen) == Normal(after), $"{story}, read {seen}");
    }

    // What a boot itself changes is left out.
    private static BootState Normal(BootState state) => state with { Tries = 0 };

    private static Task<BootState> ReadAsync(IBootHost host) => host.Environment.ReadAsync(CancellationToken.None);

    // All that updates lead to, with the changes that are made from there.
    private static List<(BootState State, IReadOnlyList<BootState> Changes)> Reachable(int trials)
    {
        var start = new BootState(A, Proven: true, 0, [A]);
        var found = new List<(BootState, IReadOnlyList<BootState>)>();
        var seen = new HashSet<string> { $"{Key(start)}" };
        var queue = new Queue<BootState>([start]);
        while (queue.TryDequeue(out var state))
        {
            var changes = Changes(state, trials).Where(c => c != state).ToList();
            found.Add((state, changes));
            foreach (var change in changes.Where(c => seen.Add(Key(c))))
                queue.Enqueue(change);
        }

        return found;
    }

    private static IEnumerable<BootState> Changes(BootState state, int trials)
    {
        var committed = state.Committed(Slots);
        var other = Slots.First(s => s != committed);
        yield return state.WithUnbootable(Slots, other);
        yield return state.WithBootable(other);
        yield return state.WithCommitted(committed);
        if (state.IsBootable(other))
        {
            yield return state.WithTrial(other) with { Tries = trials };
            yield return state.WithArrival(other);
            yield return state.WithCommitted(other);
        }
    }

    private static string Key(BootState state) => $"{state.Active} {state.Proven} {state.Tries} {string.Join(',', state.Bootable)}";
}
