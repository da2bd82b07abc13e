using System.Text;
using Unbounded.Agent.Linux.Files;
using Unbounded.Agent.Linux.Kernel;

namespace Unbounded.Agent.Linux.Tests.Files;

public sealed class DurableFileTests : IDisposable
{
    private const UnixFileMode Mode0640 = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task WriteAsync_NewFile_HasContentAndIsPrivate()
    {
        var path = _directory.File("record");
        await DurableFile.WriteAsync(path, "one"u8.ToArray());
        Assert.Equal("one", await File.ReadAllTextAsync(path));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
    }

    [Fact]
    public async Task WriteAsync_ModeAndOwner_AreSetExactly()
    {
        var path = _directory.File("record");
        var mode = Mode0640 | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite | UnixFileMode.SetGroup;
        await DurableFile.WriteAsync(path, "x"u8.ToArray(), mode, new FileOwner(12, 34));
        var status = FileStatus.TryGet(path)!.Value;
        Assert.Equal((mode, 12u, 34u), (status.Permissions, status.Uid, status.Gid));
    }

    [Fact]
    public async Task WriteAsync_ExistingFile_IsReplacedNotRewritten()
    {
        var path = _directory.File("record");
        await DurableFile.WriteAsync(path, "a longer old content"u8.ToArray());
        using var old = new StreamReader(path);
        await DurableFile.WriteAsync(path, "new"u8.ToArray());
        Assert.Equal("a longer old content", await old.ReadToEndAsync());
        Assert.Equal("new", await File.ReadAllTextAsync(path));
        Assert.Equal([path], Directory.GetFileSystemEntries(_directory.Path));
    }

    [Fact]
    public async Task WriteAsync_SymbolicLink_IsReplacedNotFollowed()
    {
        var victim = _directory.File("victim");
        await File.WriteAllTextAsync(victim, "untouched");
        File.CreateSymbolicLink(_directory.File("record"), victim);
        await DurableFile.WriteAsync(_directory.File("record"), "x"u8.ToArray());
        Assert.Equal("untouched", await File.ReadAllTextAsync(victim));
    }

    [Fact]
    public async Task WriteAsync_LeftoverOfADeadWriter_IsReplaced()
    {
        var path = _directory.File("record");
        await File.WriteAllTextAsync(_directory.File(".record.unbounded-tmp"), "half");
        await DurableFile.WriteAsync(path, "whole"u8.ToArray());
        Assert.Equal([path], Directory.GetFileSystemEntries(_directory.Path));
        Assert.Equal("whole", await File.ReadAllTextAsync(path));
    }

    [Fact]
    public async Task WriteAsync_ManyWritersOfOneFile_EachWritesItWhole()
    {
        var path = _directory.File("record");
        var contents = Enumerable.Range(0, 32).Select(i => new string((char)('a' + i % 26), 1000 + i)).ToArray();
        await Task.WhenAll(contents.Select(c => DurableFile.WriteAsync(path, Encoding.ASCII.GetBytes(c))));
        Assert.Contains(await File.ReadAllTextAsync(path), contents);
        Assert.Equal([path], Directory.GetFileSystemEntries(_directory.Path));
    }

    [Fact]
    public async Task WriteAsync_ReadersAtTheSameTime_AreNeverLockedOut()
    {
        var path = _directory.File("record");
        await DurableFile.WriteAsync(path, "content 0"u8.ToArray());
        var writing = Task.Run(async () =>
        {
            for (var i = 0; i < 100; i++)
                await DurableFile.WriteAsync(path, Encoding.ASCII.GetBytes($"content {i % 10}"));
        });
        while (!writing.IsCompleted)
            Assert.StartsWith("content ", await File.ReadAllTextAsync(path), StringComparison.Ordinal);
        await writing;
    }

    [Fact]
    public async Task WriteAsync_LongestNameInUnicode_Works()
    {
        var path = _directory.File(string.Concat(Enumerable.Repeat("ü", 127)));
        await DurableFile.WriteAsync(path, "x"u8.ToArray());
        Assert.True(File.Exists(path));
    }

    [Fact]
    public async Task Law08_WriteAsync_FullDisk_KeepsTheLastGoodCopy()
    {
        using var small = TempDirectory.OnTmpfs("size=64k");
        var path = small.File("record");
        await DurableFile.WriteAsync(path, "good"u8.ToArray());
        var error = await TempDirectory.FailsWith(LinuxErrors.NoSpace, () => DurableFile.WriteAsync(path, new byte[1 << 20]));
        Assert.Contains(path, error.What, StringComparison.Ordinal);
        Assert.Equal(Errno.ENOSPC, Assert.IsType<ErrnoException>(error.InnerException).Errno);
        Assert.Equal("good", await File.ReadAllTextAsync(path));
        Assert.Equal([path], Directory.GetFileSystemEntries(small.Path));
    }

    [Fact]
    public async Task WriteAsync_NoInodes_SaysNoSpace()
    {
        using var small = TempDirectory.OnTmpfs("nr_inodes=1");
        await TempDirectory.FailsWith(LinuxErrors.NoSpace, () => DurableFile.WriteAsync(small.File("a"), "x"u8.ToArray()));
    }

    [Fact]
    public async Task Law08_WriteAsync_ReadOnlyFileSystem_KeepsTheLastGoodCopy()
    {
        using var mount = TempDirectory.OnTmpfs("size=64k");
        var path = mount.File("record");
        await DurableFile.WriteAsync(path, "good"u8.ToArray());
        mount.Remount("ro");
        await TempDirectory.FailsWith(LinuxErrors.ReadOnlyFileSystem, () => DurableFile.WriteAsync(path, "new"u8.ToArray()));
        await TempDirectory.FailsWith(LinuxErrors.ReadOnlyFileSystem, () => DurableFile.DeleteAsync(path));
        Assert.Equal("good", await File.ReadAllTextAsync(path));
    }

    [Fact]
    public async Task WriteAsync_ImmutableDirectory_SaysAccessDenied()
    {
        TempDirectory.Run("chattr", "+i", _directory.Path);
        try
        {
            await TempDirectory.FailsWith(LinuxErrors.AccessDenied, () => DurableFile.WriteAsync(_directory.File("a"), "x"u8.ToArray()));
        }
        finally
        {
            TempDirectory.Run("chattr", "-i", _directory.Path);
        }
    }

    [Fact]
    public async Task WriteAsync_DirectoryAtThePath_FailsAndLeavesNothing()
    {
        Directory.CreateDirectory(_directory.File("record/x"));
        await TempDirectory.FailsWith(LinuxErrors.WrongFileType, () => DurableFile.WriteAsync(_directory.File("record"), "x"u8.ToArray()));
        Assert.Single(Directory.GetFileSystemEntries(_directory.Path));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("/tmp/a\0b")]
    public async Task WriteAsync_UnusablePath_SaysSo(string path) =>
        await TempDirectory.FailsWith(LinuxErrors.InvalidPath, () => DurableFile.WriteAsync(path, "x"u8.ToArray()));

    [Fact]
    public async Task WriteAsync_MissingDirectory_SaysNotFound() =>
        await TempDirectory.FailsWith(LinuxErrors.NotFound, () => DurableFile.WriteAsync(_directory.File("no/record"), "x"u8.ToArray()));

    [Fact]
    public async Task WriteAsync_AlreadyCancelled_HasNoEffect()
    {
        using var source = new CancellationTokenSource();
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => DurableFile.WriteAsync(_directory.File("a"), "x"u8.ToArray(), cancellationToken: source.Token));
        Assert.Empty(Directory.GetFileSystemEntries(_directory.Path));
    }

    [Fact]
    public async Task WriteIfChangedAsync_SameContentModeOwner_IsNotRewritten()
    {
        var path = _directory.File("applied");
        Assert.True(await DurableFile.WriteIfChangedAsync(path, "same"u8.ToArray(), Mode0640));
        var before = FileStatus.TryGet(path)!.Value;
        Assert.False(await DurableFile.WriteIfChangedAsync(path, "same"u8.ToArray(), Mode0640, new FileOwner(before.Uid, before.Gid)));
        Assert.Equal(before, FileStatus.TryGet(path));
    }

    [Fact]
    public async Task WriteIfChangedAsync_AnyDifference_IsRewritten()
    {
        var path = _directory.File("applied");
        await DurableFile.WriteAsync(path, "same"u8.ToArray(), Mode0640);
        Assert.True(await DurableFile.WriteIfChangedAsync(path, "same"u8.ToArray()));
        Assert.True(await DurableFile.WriteIfChangedAsync(path, "some"u8.ToArray()));
        Assert.True(await DurableFile.WriteIfChangedAsync(path, "some"u8.ToArray(), null, new FileOwner(7, 7)));
        Assert.True(await DurableFile.WriteIfChangedAsync(path, "some more"u8.ToArray(), null, new FileOwner(7, 7)));
    }

    [Fact]
    public async Task DeleteAsync_FileLinkOrNothing_SaysWhatWasThere()
    {
        await File.WriteAllTextAsync(_directory.File("a"), "");
        File.CreateSymbolicLink(_directory.File("link"), _directory.File("a"));
        Assert.True(await DurableFile.DeleteAsync(_directory.File("link")));
        Assert.True(File.Exists(_directory.File("a")));
        Assert.True(await DurableFile.DeleteAsync(_directory.File("a")));
        Assert.False(await DurableFile.DeleteAsync(_directory.File("a")));
        Assert.False(await DurableFile.DeleteAsync(_directory.File("no/directory")));
    }

    [Fact]
    public async Task DeleteAsync_Directory_IsRefused()
    {
        Directory.CreateDirectory(_directory.File("d"));
        await TempDirectory.FailsWith(LinuxErrors.WrongFileType, () => DurableFile.DeleteAsync(_directory.File("d")));
    }

    [Fact]
    public async Task Law08_RenameAsync_OntoAnExistingFile_IsRefusedUnlessAskedFor()
    {
        await File.WriteAllTextAsync(_directory.File("a"), "a");
        await File.WriteAllTextAsync(_directory.File("b"), "b");
        await TempDirectory.FailsWith(LinuxErrors.AlreadyExists, () => DurableFile.RenameAsync(_directory.File("a"), _directory.File("b")));
        Assert.Equal("b", await File.ReadAllTextAsync(_directory.File("b")));
        await DurableFile.RenameAsync(_directory.File("a"), _directory.File("b"), replace: true);
        Assert.Equal("a", await File.ReadAllTextAsync(_directory.File("b")));
    }

    [Fact]
    public async Task RenameAsync_DirectoryToAnotherParent_MovesIt()
    {
        Directory.CreateDirectory(_directory.File("from/x/y"));
        Directory.CreateDirectory(_directory.File("to"));
        await DurableFile.RenameAsync(_directory.File("from/x"), _directory.File("to/x"));
        Assert.True(Directory.Exists(_directory.File("to/x/y")));
    }

    [Fact]
    public async Task RenameAsync_NothingThere_SaysNotFound() =>
        await TempDirectory.FailsWith(LinuxErrors.NotFound, () => DurableFile.RenameAsync(_directory.File("a"), _directory.File("b")));

    [Fact]
    public async Task DeleteLeftoversAsync_DeletesOnlyWhatDeadWritersLeft()
    {
        var live = _directory.File(".live.unbounded-tmp");
        using var writer = TemporaryFile.Create(live, _directory.File("live"));
        await File.WriteAllTextAsync(_directory.File(".dead.unbounded-tmp"), "half");
        File.CreateSymbolicLink(_directory.File(".link.unbounded-tmp"), "anywhere");
        Directory.CreateDirectory(_directory.File(".dir.unbounded-tmp"));
        Directory.CreateDirectory(_directory.File(".filled.unbounded-tmp/made/in/it"));
        await File.WriteAllTextAsync(_directory.File("users.unbounded-tmp"), "kept");
        await File.WriteAllTextAsync(_directory.File(".users"), "kept");
        Assert.Equal(4, await DurableFile.DeleteLeftoversAsync(_directory.Path));
        Assert.Equal(
            [".live.unbounded-tmp", ".users", "users.unbounded-tmp"],
            Directory.GetFileSystemEntries(_directory.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task DeleteLeftoversAsync_MissingDirectory_IsNothing() =>
        Assert.Equal(0, await DurableFile.DeleteLeftoversAsync(_directory.File("no")));
}
