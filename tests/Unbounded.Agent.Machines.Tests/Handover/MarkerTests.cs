using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Machines.Handover;
using Unbounded.Agent.Machines.Tests.Support;

namespace Unbounded.Agent.Machines.Tests.Handover;

public sealed class MarkerTests : IDisposable
{
    private static readonly SlotName One = new("kube1");
    private static readonly SlotName Two = new("kube2");
    private readonly TemporaryRoot _root = new();
    private readonly Marker _marker;

    public MarkerTests() => _marker = new Marker(_root.Paths, [One, Two]);

    public void Dispose() => _root.Dispose();

    [Fact]
    public void Holder_AfterAHostBoot_IsNone() => Assert.Null(_marker.Holder());

    [Fact]
    public async Task Law11_MoveToAsync_ThereIsOneMarkerOnly()
    {
        await _marker.MoveToAsync(One, default);
        await _marker.MoveToAsync(Two, default);

        Assert.Equal(Two, _marker.Holder());
        Assert.False(File.Exists(_root.Paths.Marker(One)));
    }

    [Fact]
    public async Task MoveToAsync_Repeated_KeepsIt()
    {
        await _marker.MoveToAsync(One, default);
        await _marker.MoveToAsync(One, default);

        Assert.Equal(One, _marker.Holder());
    }

    [Fact]
    public void EnsureDirectories_Always_MakesOneForEverySlot()
    {
        _marker.EnsureDirectories();

        Assert.True(Directory.Exists(_root.Paths.MarkerDirectory(One)));
        Assert.True(Directory.Exists(_root.Paths.MarkerDirectory(Two)));
    }

    [Fact]
    public void EnsureDirectories_NothingThere_KeepsEverybodyElseFromTheLockButNotMachinesFromTheirs()
    {
        _marker.EnsureDirectories();

        Assert.Equal((UnixFileMode)0b111_000_000, File.GetUnixFileMode(_root.Paths.MarkerRoot));
        Assert.Equal((UnixFileMode)0b111_101_101, File.GetUnixFileMode(_root.Paths.MarkerDirectory(One)));
        Assert.Equal((UnixFileMode)0b111_101_101, File.GetUnixFileMode(_root.Paths.RuntimeDirectory));
    }

    [Fact]
    public async Task MoveToAsync_DirectoriesOfAnEarlierAgent_ClosesTheLockToEverybodyElse()
    {
        _marker.EnsureDirectories();
        File.SetUnixFileMode(_root.Paths.MarkerRoot, (UnixFileMode)0b111_101_101);

        await _marker.MoveToAsync(One, default);

        Assert.Equal((UnixFileMode)0b111_000_000, File.GetUnixFileMode(_root.Paths.MarkerRoot));
    }

    [Fact]
    public async Task Law11_WithdrawAsync_LetsNobodyStart()
    {
        await _marker.MoveToAsync(One, default);
        await _marker.WithdrawAsync(One, default);

        Assert.Null(_marker.Holder());
        Assert.True(_marker.IsWithdrawn);
    }

    [Fact]
    public async Task MoveToAsync_Withdrawn_GivesItOn()
    {
        await _marker.MoveToAsync(One, default);
        await _marker.WithdrawAsync(One, default);
        await _marker.MoveToAsync(Two, default);

        Assert.Equal(Two, _marker.Holder());
        Assert.False(_marker.IsWithdrawn);
    }

    [Fact]
    public async Task WithdrawAsync_OtherHolder_KeepsIt()
    {
        await _marker.MoveToAsync(Two, default);
        await _marker.WithdrawAsync(One, default);

        Assert.Equal(Two, _marker.Holder());
    }

    [Fact]
    public async Task GrantAsync_NoMarkerAnywhere_GivesIt()
    {
        Assert.True(await _marker.GrantAsync(One, default));

        Assert.Equal(One, _marker.Holder());
    }

    [Fact]
    public async Task Law11_GrantAsync_AnotherHasIt_TakesNothing()
    {
        await _marker.MoveToAsync(Two, default);

        Assert.False(await _marker.GrantAsync(One, default));
        Assert.Equal(Two, _marker.Holder());
    }

    [Fact]
    public async Task Law11_GrantAsync_BetweenTwoMachines_TakesNothing()
    {
        await _marker.MoveToAsync(One, default);
        await _marker.WithdrawAsync(One, default);

        Assert.False(await _marker.GrantAsync(One, default));
        Assert.Null(_marker.Holder());
        Assert.True(_marker.IsWithdrawn);
    }

    [Fact]
    public async Task Law10_GrantAsync_WhileTheDaemonHandsOver_NeverTakesTheMarkerBack()
    {
        // The daemon and the starts of a machine are processes of their own.
        var daemon = _marker;
        var prestart = new Marker(_root.Paths, [One, Two]);
        await daemon.MoveToAsync(One, default);
        using var stop = new CancellationTokenSource();
        var granted = 0;
        var starts = Task.Run(
            async () =>
            {
                while (!stop.IsCancellationRequested)
                {
                    granted += await prestart.GrantAsync(One, default) ? 1 : 0;
                }
            },
            CancellationToken.None);

        for (var i = 0; i < 200; i++)
        {
            await daemon.WithdrawAsync(One, default);
            await daemon.MoveToAsync(Two, default);
            Assert.Equal(Two, daemon.Holder());
            Assert.Single(Directory.GetFiles(_root.Paths.MarkerRoot, "*", SearchOption.AllDirectories));
            await daemon.WithdrawAsync(Two, default);
            await daemon.MoveToAsync(One, default);
        }

        await stop.CancelAsync();
        await starts;
        Assert.Equal(0, granted);
    }

    [Fact]
    public async Task MoveToAsync_Cancelled_ChangesNothing()
    {
        await _marker.MoveToAsync(One, default);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _marker.MoveToAsync(Two, new CancellationToken(canceled: true)));
        Assert.Equal(One, _marker.Holder());
    }

    [Fact]
    public async Task WithdrawAsync_Repeated_StaysWithdrawn()
    {
        await _marker.MoveToAsync(One, default);
        await _marker.WithdrawAsync(One, default);
        await _marker.WithdrawAsync(One, default);

        Assert.True(_marker.IsWithdrawn);
    }
}
