using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux;
using Unbounded.Agent.Machines.Handover;
using Unbounded.Agent.Machines.Tests.Support;

namespace Unbounded.Agent.Machines.Tests.Handover;

public sealed class ImageCacheTests : IDisposable
{
    private readonly TemporaryRoot _root = new();
    private readonly ImageCache _cache;

    public ImageCacheTests() => _cache = new ImageCache(_root.Paths);

    public void Dispose() => _root.Dispose();

    [Fact]
    public void IsEmpty_NoCacheYet_IsTrue() => Assert.True(_cache.IsEmpty);

    [Fact]
    public void SetAside_Content_IsOutOfTheWayAndTheDirectoryStays()
    {
        Fill("old");
        var inode = Inode();

        var aside = _cache.SetAside();

        Assert.True(_cache.IsEmpty);
        Assert.Equal("old", File.ReadAllText($"{aside}/io.containerd.metadata.v1.bolt/meta.db"));
        Assert.Equal(inode, Inode());
    }

    [Fact]
    public void PutBack_AfterAnotherFailure_IsAsBefore()
    {
        Fill("old");
        var aside = _cache.SetAside();
        Fill("new");

        _cache.PutBack(aside);

        Assert.Equal("old", File.ReadAllText($"{_root.Paths.SharedContainerd}/io.containerd.metadata.v1.bolt/meta.db"));
        Assert.Equal("file", File.ReadAllText($"{_root.Paths.SharedContainerd}/file"));
        Assert.False(Directory.Exists(aside));
    }

    [Fact]
    public void Sweep_WhatWasSetAside_IsRemovedAndTheCacheStays()
    {
        Fill("old");
        _cache.SetAside();
        Fill("new");

        _cache.Sweep(default);

        Assert.Equal("new", File.ReadAllText($"{_root.Paths.SharedContainerd}/io.containerd.metadata.v1.bolt/meta.db"));
        Assert.Equal(2, Directory.GetFileSystemEntries(_root.Paths.SharedContainerd).Length);
    }

    [Fact]
    public void Sweep_PutBackLeavesWhatCameSince_IsRemovedNextTime()
    {
        Fill("old");
        var aside = _cache.SetAside();
        Fill("new");
        _cache.PutBack(aside);
        Assert.Equal(3, Directory.GetFileSystemEntries(_root.Paths.SharedContainerd).Length);

        _cache.Sweep(default);

        Assert.Equal(2, Directory.GetFileSystemEntries(_root.Paths.SharedContainerd).Length);
    }

    [Fact]
    public void Sweep_NoCacheYet_IsNoError() => _cache.Sweep(default);

    [Fact]
    public void Discard_Aside_IsGone()
    {
        Fill("old");
        var aside = _cache.SetAside();

        ImageCache.Discard(aside, default);

        Assert.Empty(Directory.GetFileSystemEntries(_root.Paths.SharedContainerd));
    }

    [Fact]
    public void Law16_PutBack_AsideThatTheMachineReplacedByALink_MovesNothingOfTheHost()
    {
        Fill("old");
        var aside = _cache.SetAside();
        var outside = Outside();
        Directory.Delete(aside, recursive: true);
        Directory.CreateSymbolicLink(aside, outside);

        var error = Assert.Throws<AgentException>(() => _cache.PutBack(aside));

        Assert.Equal(LinuxErrors.WrongFileType, error.Code);
        Assert.Equal("host", File.ReadAllText($"{outside}/unit.service"));
    }

    [Fact]
    public void Law16_SetAside_LinksInTheCache_AreMovedThemselves()
    {
        Fill("old");
        var outside = Outside();
        Directory.CreateSymbolicLink($"{_root.Paths.SharedContainerd}/link", outside);

        var aside = _cache.SetAside();

        Assert.Equal(outside, new FileInfo($"{aside}/link").LinkTarget);
        Assert.Equal([$"{outside}/unit.service"], Directory.GetFileSystemEntries(outside));
    }

    [Fact]
    public void Law16_Sweep_LinkWithTheNameOfAnAside_LeavesWhatItLeadsTo()
    {
        Fill("old");
        var outside = Outside();
        Directory.CreateSymbolicLink($"{_root.Paths.SharedContainerd}/.unbounded-aside-1", outside);

        _cache.Sweep(default);

        Assert.Equal("host", File.ReadAllText($"{outside}/unit.service"));
    }

    [Fact]
    public void SetAside_NoCacheYet_IsAnEmptyOne()
    {
        var aside = _cache.SetAside();

        Assert.Empty(Directory.GetFileSystemEntries(aside));
        Assert.True(_cache.IsEmpty);
    }

    [Fact]
    public void PutBack_AsideThatIsGone_IsACodedError()
    {
        Fill("old");

        Assert.Equal(
            LinuxErrors.NotFound,
            Assert.Throws<AgentException>(() => _cache.PutBack($"{_root.Paths.SharedContainerd}/.unbounded-aside-2")).Code);
    }

    [Fact]
    public void SetAside_CacheThatIsAFile_IsACodedError()
    {
        _root.Write(_root.Paths.SharedContainerd[_root.Path.Length..], "");

        Assert.Throws<AgentException>(_cache.SetAside);
    }

    private string Outside() => Path.GetDirectoryName(_root.Write("/etc/systemd/system/unit.service", "host"))!;

    private void Fill(string content)
    {
        var directory = Directory.CreateDirectory($"{_root.Paths.SharedContainerd}/io.containerd.metadata.v1.bolt");
        File.WriteAllText($"{directory.FullName}/meta.db", content);
        File.WriteAllText($"{_root.Paths.SharedContainerd}/file", "file");
    }

    private ulong Inode() => Linux.Kernel.FileStatus.TryGet(_root.Paths.SharedContainerd)!.Value.Inode;
}
