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
}
