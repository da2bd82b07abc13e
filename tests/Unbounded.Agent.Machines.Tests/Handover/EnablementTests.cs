using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Machines.Handover;
using Unbounded.Agent.Machines.Tests.Support;

namespace Unbounded.Agent.Machines.Tests.Handover;

public sealed class EnablementTests : IDisposable
{
    private static readonly SlotName One = new("kube1");
    private static readonly SlotName Two = new("kube2");
    private readonly TemporaryRoot _root = new();
    private readonly Enablement _enablement;

    public EnablementTests() => _enablement = new Enablement(_root.Paths, [One, Two]);

    public void Dispose() => _root.Dispose();

    [Fact]
    public void Enabled_FreshHost_IsNone() => Assert.Null(_enablement.Enabled());

    [Fact]
    public async Task TurnToAsync_FreshHost_LinksToTheTemplate()
    {
        await _enablement.TurnToAsync(One);

        Assert.Equal(One, _enablement.Enabled());
        Assert.Equal("/lib/systemd/system/systemd-nspawn@.service", new FileInfo(_root.Paths.EnablementLink(One)).LinkTarget);
    }

    [Fact]
    public async Task Law11_TurnToAsync_LeavesExactlyOneEnabled()
    {
        await _enablement.TurnToAsync(One);
        await _enablement.TurnToAsync(Two);

        Assert.Equal(Two, _enablement.Enabled());
        Assert.Single(Directory.GetFileSystemEntries(_root.Paths.EnablementDirectory));
    }

    [Fact]
    public async Task Law11_TurnToAsync_IsOneRenameOfTheSameLink()
    {
        await _enablement.TurnToAsync(One);
        var before = Inode(_root.Paths.EnablementLink(One));

        await _enablement.TurnToAsync(Two);

        Assert.Equal(before, Inode(_root.Paths.EnablementLink(Two)));
    }

    [Fact]
    public async Task TurnToAsync_Repeated_ChangesNothing()
    {
        await _enablement.TurnToAsync(Two);
        await _enablement.TurnToAsync(Two);

        Assert.Equal(Two, _enablement.Enabled());
    }

    [Fact]
    public async Task TurnToAsync_BothEnabledBySomeoneElse_LeavesOne()
    {
        await _enablement.TurnToAsync(One);
        File.CreateSymbolicLink(_root.Paths.EnablementLink(Two), "/lib/systemd/system/systemd-nspawn@.service");
        Assert.Null(_enablement.Enabled());

        await _enablement.TurnToAsync(Two);

        Assert.Equal(Two, _enablement.Enabled());
    }

    private static ulong Inode(string path) => Unbounded.Agent.Linux.Kernel.FileStatus.TryGet(path)!.Value.Inode;
}
