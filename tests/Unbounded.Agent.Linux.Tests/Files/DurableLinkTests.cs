using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.Files;

namespace Unbounded.Agent.Linux.Tests.Files;

public sealed class DurableLinkTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task SetAsync_NewThenMoved_SaysTheTarget()
    {
        var link = _directory.File("link");
        Assert.Null(DurableLink.Read(link));
        Assert.True(await DurableLink.SetAsync(link, "/nowhere"));
        Assert.Equal("/nowhere", DurableLink.Read(link));
        Assert.True(await DurableLink.SetAsync(link, "elsewhere/ü"));
        Assert.False(await DurableLink.SetAsync(link, "elsewhere/ü"));
        Assert.Equal("elsewhere/ü", DurableLink.Read(link));
        Assert.Equal([link], Directory.GetFileSystemEntries(_directory.Path));
    }

    [Fact]
    public async Task SetAsync_LinkToADirectory_IsItselfReplaced()
    {
        Directory.CreateDirectory(_directory.File("a"));
        await DurableLink.SetAsync(_directory.File("link"), "a");
        await DurableLink.SetAsync(_directory.File("link"), "b");
        Assert.Equal("b", DurableLink.Read(_directory.File("link")));
        Assert.Empty(Directory.GetFileSystemEntries(_directory.File("a")));
    }

    [Fact]
    public async Task SetAsync_DirectoryInTheWay_FailsAndLeavesNothing()
    {
        Directory.CreateDirectory(_directory.File("d"));
        await TempDirectory.FailsWith(LinuxErrors.WrongFileType, () => DurableLink.SetAsync(_directory.File("d"), "x"));
        Assert.Single(Directory.GetFileSystemEntries(_directory.Path));
    }

    [Fact]
    public void Read_NoLink_IsAnError()
    {
        File.WriteAllText(_directory.File("a"), "");
        Assert.Equal(LinuxErrors.WrongFileType, Assert.Throws<AgentException>(() => DurableLink.Read(_directory.File("a"))).Code);
    }
}
