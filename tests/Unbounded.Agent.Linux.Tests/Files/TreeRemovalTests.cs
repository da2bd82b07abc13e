using Microsoft.Win32.SafeHandles;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.Files;
using Unbounded.Agent.Linux.Kernel;

namespace Unbounded.Agent.Linux.Tests.Files;

public sealed class TreeRemovalTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly string _tree;

    public TreeRemovalTests() => _tree = Directory.CreateDirectory(_directory.File("tree")).FullName;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Remove_Tree_IsGone()
    {
        Directory.CreateDirectory($"{_tree}/a/b");
        File.WriteAllText($"{_tree}/a/b/file", "");
        File.WriteAllText($"{_tree}/file", "");

        Remove();

        Assert.Empty(Directory.GetFileSystemEntries(_directory.Path));
    }

    [Fact]
    public void Remove_NothingThere_IsNoError() => TreeRemoval.Remove(_directory.File("none"), default);

    [Fact]
    public void Remove_NamesThatAreNotUtf8_AreNoObstacle()
    {
        using (var directory = Open(_tree))
        {
            Assert.Equal(0, KernelAt.MakeDirectory(directory, [0xff, 0xfe, (byte)'d'], (UnixFileMode)0x1ff));
            Assert.Equal(0, KernelAt.CreateFile(directory, [0xc3, 0x28, (byte)'\n'], (UnixFileMode)0x1ff, out var file));
            file!.Dispose();
            using var inner = OpenAt(directory, [0xff, 0xfe, (byte)'d']);
            Assert.Equal(0, KernelAt.MakeSymbolicLink("x"u8, inner, [0x80]));
        }

        Remove();

        Assert.False(Directory.Exists(_tree));
    }

    [Fact]
    public void Remove_DirectoriesWithoutPermissions_AreNoObstacle()
    {
        Directory.CreateDirectory($"{_tree}/a/b");
        File.WriteAllText($"{_tree}/a/b/file", "");
        File.SetUnixFileMode($"{_tree}/a/b/file", UnixFileMode.None);
        File.SetUnixFileMode($"{_tree}/a/b", UnixFileMode.None);
        File.SetUnixFileMode($"{_tree}/a", UnixFileMode.None);

        Remove();

        Assert.False(Directory.Exists(_tree));
    }

    [Fact]
    public void Law16_Remove_LinksOutOfTheTree_AreNotFollowed()
    {
        var outside = Directory.CreateDirectory(_directory.File("outside")).FullName;
        File.WriteAllText($"{outside}/keep", "");
        File.CreateSymbolicLink($"{_tree}/link", outside);
        File.CreateSymbolicLink($"{_tree}/file", $"{outside}/keep");

        Remove();

        Assert.True(File.Exists($"{outside}/keep"));
        Assert.False(Directory.Exists(_tree));
    }

    [Fact]
    public void Remove_TheTreeItselfIsALink_TouchesNothing()
    {
        File.WriteAllText($"{_tree}/keep", "");
        File.CreateSymbolicLink(_directory.File("link"), _tree);

        TreeRemoval.Remove(_directory.File("link"), default);

        Assert.True(File.Exists($"{_tree}/keep"));
    }

    [Fact]
    public void Remove_MountInTheTree_IsNotEnteredAndNamed()
    {
        var mounted = Directory.CreateDirectory($"{_tree}/a/mounted").FullName;
        TempDirectory.Run("mount", "-t", "tmpfs", "test", mounted);
        try
        {
            File.WriteAllText($"{mounted}/keep", "");

            var e = Assert.Throws<AgentException>(Remove);

            Assert.Equal(LinuxErrors.InUse, e.Code);
            Assert.Contains(mounted, e.What, StringComparison.Ordinal);
            Assert.True(File.Exists($"{mounted}/keep"));
        }
        finally
        {
            TempDirectory.Run("umount", "-l", mounted);
        }
    }

    [Fact]
    public void Remove_TheTreeItselfIsAMount_IsACodedError()
    {
        TempDirectory.Run("mount", "-t", "tmpfs", "test", _tree);
        try
        {
            Assert.Equal(LinuxErrors.InUse, Assert.Throws<AgentException>(Remove).Code);
        }
        finally
        {
            TempDirectory.Run("umount", "-l", _tree);
        }
    }

    [Fact]
    public void Remove_ImmutableFile_IsACodedErrorThatNamesIt()
    {
        using var disk = TempDirectory.OnTmpfs("size=1m");
        File.WriteAllText(disk.File("immutable"), "");
        TempDirectory.Run("chattr", "+i", disk.File("immutable"));
        try
        {
            var e = Assert.Throws<AgentException>(() => TreeRemoval.RemoveContent(disk.Path, default));

            Assert.Equal(LinuxErrors.AccessDenied, e.Code);
            Assert.Contains("immutable", e.What, StringComparison.Ordinal);
        }
        finally
        {
            TempDirectory.Run("chattr", "-i", disk.File("immutable"));
        }
    }

    [Fact]
    public void Law16_Remove_TreeOfTwentyThousandLevels_NeedsFewDescriptors()
    {
        MakeDeep(20_000);
        var most = 0;
        using var done = new CancellationTokenSource();
        var watcher = new Thread(() =>
        {
            while (!done.IsCancellationRequested)
                most = Math.Max(most, Directory.GetFileSystemEntries("/proc/self/fd").Length);
        });
        watcher.Start();

        Remove();

        done.Cancel();
        watcher.Join();
        Assert.False(Directory.Exists(_tree));
        Assert.InRange(most, 1, 2000);
    }

    [Fact]
    public void Remove_WideAndDeepTree_IsGone()
    {
        foreach (var branch in (string[])["x", "y", "z"])
        {
            var path = Path.Combine([_tree, .. Enumerable.Repeat(branch, 100)]);
            Directory.CreateDirectory(path);
            File.WriteAllText($"{path}/leaf", "");
        }

        Remove();

        Assert.False(Directory.Exists(_tree));
    }

    [Fact]
    public void RemoveContent_Tree_KeepsTheDirectoryItself()
    {
        File.WriteAllText($"{_tree}/file", "");

        TreeRemoval.RemoveContent(_tree, default);

        Assert.True(Directory.Exists(_tree));
        Assert.Empty(Directory.GetFileSystemEntries(_tree));
    }

    [Fact]
    public void Remove_Cancelled_StopsAndCanBeRepeated()
    {
        File.WriteAllText($"{_tree}/file", "");

        Assert.Throws<OperationCanceledException>(() => TreeRemoval.Remove(_tree, new CancellationToken(canceled: true)));
        Assert.True(File.Exists($"{_tree}/file"));
        Remove();

        Assert.False(Directory.Exists(_tree));
    }

    private void Remove() => TreeRemoval.Remove(_tree, default);

    // Deeper than any path can say: one relative call a level.
    private void MakeDeep(int levels)
    {
        var directory = Open(_tree);
        for (var i = 0; i < levels; i++)
        {
            Assert.Equal(0, KernelAt.MakeDirectory(directory, "d"u8, (UnixFileMode)0x1ff));
            var next = OpenAt(directory, "d"u8);
            directory.Dispose();
            directory = next;
        }

        directory.Dispose();
    }

    private static SafeFileHandle Open(string path) => KernelFile.Open(path, OpenFlags.ReadOnly | OpenFlags.Directory);

    private static SafeFileHandle OpenAt(SafeFileHandle directory, ReadOnlySpan<byte> name)
    {
        Assert.Equal(0, KernelAt.Open(directory, name, OpenFlags.ReadOnly | OpenFlags.Directory, UnixFileMode.None, PathResolution.None, out var opened));
        return opened!;
    }
}
