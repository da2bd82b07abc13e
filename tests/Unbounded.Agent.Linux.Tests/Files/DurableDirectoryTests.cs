using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.Files;
using Unbounded.Agent.Linux.Kernel;

namespace Unbounded.Agent.Linux.Tests.Files;

public sealed class DurableDirectoryTests : IDisposable
{
    private const UnixFileMode Mode0750 = (UnixFileMode)0x1e8;
    private const UnixFileMode Mode0777 = (UnixFileMode)0x1ff;
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Create_MissingParents_AreCreatedWithTheirOwnMode()
    {
        Assert.True(DurableDirectory.Create(_directory.File("a/b/c"), Mode0750, new FileOwner(5, 6)));
        var status = FileStatus.TryGet(_directory.File("a/b/c"))!.Value;
        Assert.Equal((Mode0750, 5u, 6u), (status.Permissions, status.Uid, status.Gid));
        Assert.Equal((UnixFileMode)0x1ed, File.GetUnixFileMode(_directory.File("a/b")));
        Assert.Single(Directory.GetFileSystemEntries(_directory.File("a/b")));
    }

    [Fact]
    public void Create_Umask_DoesNotMatter()
    {
        DurableDirectory.Create(_directory.File("a"), Mode0777);
        Assert.Equal(Mode0777, File.GetUnixFileMode(_directory.File("a")));
    }

    [Fact]
    public void Create_Existing_IsLeftAsItIs()
    {
        Directory.CreateDirectory(_directory.File("a"), Mode0750);
        Assert.False(DurableDirectory.Create(_directory.File("a"), Mode0777));
        Assert.False(DurableDirectory.Create("/", Mode0777));
        Assert.Equal(Mode0750, File.GetUnixFileMode(_directory.File("a")));
    }

    [Fact]
    public void Create_FileInTheWay_IsAnErrorAndLeavesNothing()
    {
        File.WriteAllText(_directory.File("a"), "");
        Assert.Equal(LinuxErrors.AlreadyExists, Assert.Throws<AgentException>(() => DurableDirectory.Create(_directory.File("a"), Mode0750)).Code);
        Assert.Single(Directory.GetFileSystemEntries(_directory.Path));
    }

    [Fact]
    public async Task Create_ManyAtOnce_OneCreatesIt()
    {
        for (var round = 0; round < 50; round++)
        {
            var parent = _directory.File($"x{round}");
            var created = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => DurableDirectory.Create($"{parent}/y", Mode0750))));
            Assert.Equal(1, created.Count(c => c));
            Assert.Equal(["y"], Directory.GetFileSystemEntries(parent).Select(Path.GetFileName));
        }

        Assert.Equal(50, Directory.GetFileSystemEntries(_directory.Path).Length);
    }

    [Fact]
    public async Task SyncFileSystemAsync_AnyPath_Works()
    {
        await DurableDirectory.SyncFileSystemAsync(_directory.Path);
        DurableDirectory.Sync(_directory.Path);
        await TempDirectory.FailsWith(LinuxErrors.NotFound, () => DurableDirectory.SyncFileSystemAsync(_directory.File("no")));
    }
}
