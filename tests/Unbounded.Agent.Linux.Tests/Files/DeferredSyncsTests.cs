using Unbounded.Agent.Linux.Files;

namespace Unbounded.Agent.Linux.Tests.Files;

public sealed class DeferredSyncsTests : IDisposable
{
    private readonly TempDirectory _root = new();
    private readonly CountingSyncs _system = new();
    private readonly DeferredSyncs _syncs;
    private readonly DurableFiles _files;

    public DeferredSyncsTests()
    {
        _syncs = new DeferredSyncs(_system);
        _files = new DurableFiles(_syncs);
    }

    public void Dispose() => _root.Dispose();

    [Fact]
    public async Task Law09_ManyFilesOfABulk_AreSyncedByOneCall()
    {
        for (var i = 0; i < 20; i++)
            await _files.WriteAsync(_root.File($"file-{i}"), "content"u8.ToArray());
        _files.CreateDirectory(_root.File("deep/er"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Assert.Empty(_system.Calls);

        _syncs.Flush();

        Assert.Equal(["syncfs"], _system.Calls);
        Assert.Equal("content", await System.IO.File.ReadAllTextAsync(_root.File("file-7")));
        Assert.True(Directory.Exists(_root.File("deep/er")));
    }

    [Fact]
    public async Task Flush_TwoFileSystems_SyncsEach()
    {
        var other = Directory.CreateDirectory($"/dev/shm/{Guid.NewGuid():N}").FullName;
        try
        {
            await _files.WriteAsync(_root.File("one"), "1"u8.ToArray());
            await _files.WriteAsync(Path.Combine(other, "two"), "2"u8.ToArray());

            _syncs.Flush();

            Assert.Equal(["syncfs", "syncfs"], _system.Calls);
        }
        finally
        {
            Directory.Delete(other, recursive: true);
        }
    }

    [Fact]
    public async Task Flush_Again_SyncsOnlyWhatIsNew()
    {
        await _files.WriteAsync(_root.File("one"), "1"u8.ToArray());
        _syncs.Flush();

        _syncs.Flush();
        Assert.Single(_system.Calls);

        await _files.DeleteAsync(_root.File("one"));
        _syncs.Flush();
        Assert.Equal(2, _system.Calls.Count);
    }

    [Fact]
    public async Task Flush_DirectoryIsGoneByThen_IsNoError()
    {
        Directory.CreateDirectory(_root.File("gone"));
        await _files.WriteAsync(_root.File("gone/file"), "1"u8.ToArray());
        Directory.Delete(_root.File("gone"), recursive: true);

        _syncs.Flush();

        Assert.Empty(_system.Calls);
    }

    [Fact]
    public async Task WithoutIt_EachFileIsSyncedByItself()
    {
        await new DurableFiles(_system).WriteAsync(_root.File("one"), "1"u8.ToArray());

        Assert.Equal(["fsync", "fsync directory"], _system.Calls);
    }
}
