using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.Files;

namespace Unbounded.Agent.Linux.Tests.Files;

public sealed class FileTreeTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task DeleteAsync_TreeOfEverything_IsGoneAndNothingElse()
    {
        File.WriteAllText(_directory.File("kept"), "");
        TempDirectory.Run("sh", "-euc", $"""
            cd {_directory.Path}; mkdir -p tree/a/b tree/outside; echo x > tree/a/file; ln -s ../../kept tree/a/link; ln -s / tree/root
            mkfifo tree/pipe; touch "tree/$(printf '\377')"; chmod 000 tree/a
            """);
        Assert.True(await FileTree.DeleteAsync(_directory.File("tree")));
        Assert.False(await FileTree.DeleteAsync(_directory.File("tree")));
        Assert.Equal([_directory.File("kept")], Directory.GetFileSystemEntries(_directory.Path));
    }

    [Fact]
    public async Task DeleteAsync_FileOrLink_IsDeletedItself()
    {
        Directory.CreateDirectory(_directory.File("target"));
        File.WriteAllText(_directory.File("target/file"), "");
        File.CreateSymbolicLink(_directory.File("link"), "target");
        Assert.True(await FileTree.DeleteAsync(_directory.File("link")));
        Assert.True(File.Exists(_directory.File("target/file")));
        Assert.True(await FileTree.DeleteAsync(_directory.File("target/file")));
    }

    [Fact]
    public async Task DeleteAsync_DeeperThanFileDescriptorsAndStack_IsDeleted()
    {
        TempDirectory.Run("python3", "-c", $"""
            import os
            os.chdir('{_directory.Path}'); os.mkdir('tree'); os.chdir('tree')
            for i in range(5000):
                os.mkdir('d'); open('f', 'w').close(); os.chdir('d')
            """);
        Assert.True(await FileTree.DeleteAsync(_directory.File("tree")));
        Assert.Empty(Directory.GetFileSystemEntries(_directory.Path));
    }

    [Fact]
    public async Task DeleteAsync_MountInside_IsRefusedAndKept()
    {
        Directory.CreateDirectory(_directory.File("tree/mount"));
        TempDirectory.Run("mount", "-t", "tmpfs", "test", _directory.File("tree/mount"));
        try
        {
            File.WriteAllText(_directory.File("tree/mount/file"), "");
            await TempDirectory.FailsWith(LinuxErrors.InUse, () => FileTree.DeleteAsync(_directory.File("tree")));
            Assert.True(File.Exists(_directory.File("tree/mount/file")));
        }
        finally
        {
            TempDirectory.Run("umount", "-l", _directory.File("tree/mount"));
        }
    }

    [Fact]
    public async Task DeleteAsync_ImmutableFile_SaysAccessDenied()
    {
        Directory.CreateDirectory(_directory.File("tree"));
        File.WriteAllText(_directory.File("tree/file"), "");
        TempDirectory.Run("chattr", "+i", _directory.File("tree/file"));
        try
        {
            await TempDirectory.FailsWith(LinuxErrors.AccessDenied, () => FileTree.DeleteAsync(_directory.File("tree")));
        }
        finally
        {
            TempDirectory.Run("chattr", "-i", _directory.File("tree/file"));
        }
    }

    [Fact]
    public async Task DeleteAsync_Cancelled_Stops()
    {
        Directory.CreateDirectory(_directory.File("tree"));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => FileTree.DeleteAsync(_directory.File("tree"), new CancellationToken(canceled: true)));
        Assert.True(Directory.Exists(_directory.File("tree")));
    }

    [Fact]
    public void Measure_Tree_CountsEachFileOnceAndHolesNot()
    {
        TempDirectory.Run("sh", "-euc", $"cd {_directory.Path}; mkdir -p tree/sub; head -c 100000 /dev/zero > tree/a; ln tree/a tree/sub/b; truncate -s 1G tree/sparse; sync -f .");
        var size = FileTree.Measure(_directory.File("tree"));
        Assert.Equal(5, size.Entries);
        Assert.InRange(size.BytesOnDisk, 100_000, 130_000);
        Assert.Equal(LinuxErrors.NotFound, Assert.Throws<AgentException>(() => FileTree.Measure(_directory.File("no"))).Code);
    }
}
