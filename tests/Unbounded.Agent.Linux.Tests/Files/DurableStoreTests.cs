using Unbounded.Agent.Linux.Files;

namespace Unbounded.Agent.Linux.Tests.Files;

public sealed class DurableStoreTests : IDisposable
{
    private const UnixFileMode Mode0640 = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;
    private readonly TempDirectory _directory = new();
    private readonly DurableStore _store = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task WriteAsync_MissingDirectory_IsCreated0750()
    {
        var path = _directory.File("state/record.json");
        await _store.WriteAsync(path, "{}"u8.ToArray(), Mode0640, default);
        Assert.Equal("{}"u8.ToArray(), await _store.ReadAsync(path, 2, default));
        Assert.Equal((UnixFileMode)0x1e8, File.GetUnixFileMode(_directory.File("state")));
        Assert.Equal(Mode0640, File.GetUnixFileMode(path));
    }

    [Fact]
    public async Task ReadAsync_TooLarge_IsAnErrorAndMissingIsNull()
    {
        await _store.WriteAsync(_directory.File("a"), new byte[11], Mode0640, default);
        await TempDirectory.FailsWith(LinuxErrors.FileTooLarge, () => _store.ReadAsync(_directory.File("a"), 10, default));
        Assert.Null(await _store.ReadAsync(_directory.File("b"), 10, default));
    }

    [Fact]
    public async Task WriteIfChangedAsync_SameContent_IsLeftAloneUntilContentOrModeDiffers()
    {
        var path = _directory.File("new/a");
        Assert.True(await _store.WriteIfChangedAsync(path, "1"u8.ToArray(), Mode0640, default));
        var stamp = new DateTime(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(path, stamp);
        Assert.False(await _store.WriteIfChangedAsync(path, "1"u8.ToArray(), Mode0640, default));
        Assert.Equal(stamp, File.GetLastWriteTimeUtc(path));
        Assert.True(await _store.WriteIfChangedAsync(path, "1"u8.ToArray(), UnixFileMode.UserRead, default));
        Assert.Equal(UnixFileMode.UserRead, File.GetUnixFileMode(path));
        Assert.True(await _store.WriteIfChangedAsync(path, "2"u8.ToArray(), UnixFileMode.UserRead, default));
    }

    [Fact]
    public async Task DeleteAsync_PresentAndMissing_LeaveNothing()
    {
        await _store.WriteAsync(_directory.File("a"), new byte[1], Mode0640, default);
        await _store.DeleteAsync(_directory.File("a"), default);
        await _store.DeleteAsync(_directory.File("a"), default);
        Assert.Empty(Directory.GetFileSystemEntries(_directory.Path));
    }
}
