using System.Text;
using Microsoft.Win32.SafeHandles;
using Unbounded.Agent.Linux.Kernel;
using Unbounded.Agent.Linux.Tests.Files;

namespace Unbounded.Agent.Linux.Tests.Kernel;

public sealed class KernelAtTests : IDisposable
{
    private const PathResolution Beneath = PathResolution.Beneath | PathResolution.NoSymbolicLinks;
    private readonly TempDirectory _directory = new();
    private readonly SafeFileHandle _root;

    public KernelAtTests() => _root = KernelFile.Open(_directory.Path, OpenFlags.ReadOnly | OpenFlags.Directory);

    public void Dispose()
    {
        _root.Dispose();
        _directory.Dispose();
    }

    [Theory]
    [InlineData("..", Errno.EXDEV)]
    [InlineData("/etc", Errno.EXDEV)]
    [InlineData("dir/../..", Errno.EXDEV)]
    [InlineData("link", Errno.ELOOP)]
    [InlineData("dir/link/x", Errno.ELOOP)]
    [InlineData("missing", Errno.ENOENT)]
    [InlineData("file", Errno.ENOTDIR)]
    public void Open_BeneathWithoutLinks_NeverLeaves(string path, int errno)
    {
        Directory.CreateDirectory(_directory.File("dir"));
        File.WriteAllText(_directory.File("file"), "");
        File.CreateSymbolicLink(_directory.File("link"), "/etc");
        File.CreateSymbolicLink(_directory.File("dir/link"), "/etc");
        Assert.Equal(errno, Open(path, Beneath));
        Assert.Equal(0, Open("dir", Beneath));
    }

    [Fact]
    public void Open_InRoot_TakesLinksAsInAChroot()
    {
        Directory.CreateDirectory(_directory.File("etc"));
        File.WriteAllText(_directory.File("etc/mine"), "");
        File.CreateSymbolicLink(_directory.File("link"), "/../../etc");
        Assert.Equal(0, KernelAt.Open(_root, "link/mine"u8, OpenFlags.ReadOnly, UnixFileMode.None, PathResolution.InRoot, out var file));
        file!.Dispose();
    }

    [Fact]
    public void Open_Mount_IsNotCrossed()
    {
        using var tmpfs = TempDirectory.OnTmpfs("size=64k");
        Directory.CreateDirectory(tmpfs.File("inside"));
        using var above = KernelFile.Open(Path.GetDirectoryName(tmpfs.Path)!, OpenFlags.ReadOnly | OpenFlags.Directory);
        var name = Encoding.UTF8.GetBytes(Path.GetFileName(tmpfs.Path));
        Assert.Equal(Errno.EXDEV, KernelAt.Open(above, name, OpenFlags.ReadOnly, UnixFileMode.None, PathResolution.NoMountCrossing, out _));
    }

    [Fact]
    public void Names_AnyBytes_AreKept()
    {
        byte[] name = [0xff, (byte)'\n', 0x80];
        Assert.Equal(0, KernelAt.MakeDirectory(_root, name, UnixFileMode.UserRead));
        Assert.Equal(name, Assert.Single(List()).Name);
        Assert.Equal(Errno.EEXIST, KernelAt.MakeDirectory(_root, name, UnixFileMode.UserRead));
        Assert.Equal(0, KernelAt.Rename(_root, name, _root, "renamed"u8));
        Assert.Equal(0, KernelAt.Remove(_root, "renamed"u8, isDirectory: true));
        Assert.Empty(List());
    }

    [Fact]
    public void Names_WithNulOrTooLong_AreErrorsNotOtherNames()
    {
        File.WriteAllText(_directory.File("victim"), "");
        Assert.Equal(Errno.EINVAL, KernelAt.Remove(_root, "victim\0x"u8, isDirectory: false));
        Assert.Equal(Errno.ENAMETOOLONG, KernelAt.Remove(_root, new byte[5000].Select(_ => (byte)'n').ToArray(), isDirectory: false));
        Assert.Equal(Errno.ENAMETOOLONG, KernelAt.MakeSymbolicLink(new byte[4096].Select(_ => (byte)'n').ToArray(), _root, "link"u8));
        Assert.Equal(Errno.EINVAL, KernelXattr.Set(_root, "../victim"u8, "user.a"u8, "b"u8));
        Assert.True(File.Exists(_directory.File("victim")));
    }

    [Fact]
    public void Attributes_OfEveryKind_AreThoseThatWereSet()
    {
        Assert.Equal(0, KernelAt.CreateFile(_root, "file"u8, UnixFileMode.UserRead | UnixFileMode.UserWrite, out var file));
        using (file)
        {
            Assert.Equal(0, KernelData.SetOwner(file!, new FileOwner(12, 34)));
            Assert.Equal(0, KernelData.SetMode(file!, (UnixFileMode)0xfff));
            Assert.Equal(0, KernelData.SetLength(file!, 1 << 20));
            Assert.Equal(0, KernelData.WriteAt(file!, "data"u8, 500_000));
            Assert.Equal(0, KernelData.SetModificationTime(file!, -5, 999_999_999));
        }

        Assert.Equal(0, KernelAt.GetStatus(_root, "file"u8, out var status));
        Assert.Equal(
            (FileKind.Regular, (UnixFileMode)0xfff, 12u, 34u, 1L << 20, -5L, 999_999_999u, 1u),
            (status.Type, status.Permissions, status.Uid, status.Gid, status.Size, status.ModificationSeconds, status.ModificationNanoseconds, status.LinkCount));
        Assert.InRange(status.AllocatedBytes, 1, 100_000);
        Assert.Equal(Errno.EEXIST, KernelAt.CreateFile(_root, "file"u8, UnixFileMode.UserRead, out _));
    }

    [Fact]
    public void MakeNode_LargeNumbers_AreKept()
    {
        Assert.Equal(0, KernelAt.MakeNode(_root, "node"u8, FileKind.BlockDevice, (UnixFileMode)0x180, 4095, 1_048_575));
        Assert.Equal(0, KernelAt.GetStatus(_root, "node"u8, out var status));
        Assert.Equal((FileKind.BlockDevice, (4095u, 1_048_575u)), (status.Type, status.SpecialDevice));
    }

    [Fact]
    public void SymbolicLink_ItselfIsChangedNotItsTarget()
    {
        File.WriteAllText(_directory.File("target"), "");
        Assert.Equal(0, KernelAt.MakeSymbolicLink("target"u8, _root, "link"u8));
        Assert.Equal(0, KernelAt.SetOwner(_root, "link"u8, new FileOwner(5, 6)));
        Assert.Equal(0, KernelAt.SetModificationTime(_root, "link"u8, 1000, 1));
        Assert.Equal(0, KernelXattr.Set(_root, "link"u8, "trusted.a"u8, [0xff, 0]));
        Assert.Equal(0, KernelAt.MakeHardLink(_root, "link"u8, _root, "hard"u8));
        Assert.Equal(0, KernelAt.GetStatus(_root, "hard"u8, out var status));
        Assert.Equal((FileKind.SymbolicLink, 5u, 6u, 1000L), (status.Type, status.Uid, status.Gid, status.ModificationSeconds));
        Assert.Equal(0, KernelXattr.GetAll(_root, "hard"u8, out var attributes));
        Assert.Equal("trusted.a"u8.ToArray(), Assert.Single(attributes).Key);
        Assert.Equal([0xff, 0], attributes[0].Value);
        Assert.Equal(0, KernelXattr.GetAll(_root, "target"u8, out attributes));
        Assert.Empty(attributes);
        Assert.Equal(0, KernelAt.ReadLink(_root, "link"u8, out var target));
        Assert.Equal("target"u8.ToArray(), target);
    }

    [Fact]
    public void GetAll_ManyAttributes_AreSortedAndWhole()
    {
        File.WriteAllText(_directory.File("file"), "");
        foreach (var i in Enumerable.Range(0, 50).Reverse())
            Assert.Equal(0, KernelXattr.Set(_root, "file"u8, Encoding.ASCII.GetBytes($"user.{i:d2}"), Encoding.ASCII.GetBytes(new string('v', i))));
        Assert.Equal(0, KernelXattr.GetAll(_root, "file"u8, out var attributes));
        Assert.Equal(Enumerable.Range(0, 50).Select(i => ($"user.{i:d2}", i)), attributes.Select(a => (Encoding.ASCII.GetString(a.Key), a.Value.Length)));
        Assert.Equal(Errno.ENOENT, KernelXattr.GetAll(_root, "no"u8, out _));
    }

    [Fact]
    public void NextExtent_SparseFile_SaysWhereDataIs()
    {
        Assert.Equal(0, KernelAt.CreateFile(_root, "file"u8, UnixFileMode.UserRead | UnixFileMode.UserWrite, out var file));
        using (file)
        {
            KernelData.SetLength(file!, 10 << 20);
            KernelData.WriteAt(file!, new byte[4096], 4 << 20);
            Assert.Equal(0, KernelData.NextExtent(file!, 0, out var start, out var end));
            Assert.Equal((4L << 20, (4L << 20) + 4096), (start, end));
            Assert.Equal(Errno.ENXIO, KernelData.NextExtent(file!, end, out _, out _));
            var data = new byte[8192];
            Assert.Equal(0, KernelData.ReadAt(file!, data, (10 << 20) - 100, out var read));
            Assert.Equal(100, read);
        }
    }

    [Fact]
    public void Read_LargeDirectory_ListsAllWithTheirKinds()
    {
        for (var i = 0; i < 2000; i++)
            File.WriteAllText(_directory.File($"{i}-{new string('n', 100)}"), "");
        Directory.CreateDirectory(_directory.File("dir"));
        var entries = List();
        Assert.Equal(2001, entries.Count);
        Assert.Equal(1, entries.Count(e => e.Kind == FileKind.Directory));
    }

    private int Open(string path, PathResolution resolution)
    {
        var errno = KernelAt.Open(_root, Encoding.UTF8.GetBytes(path), OpenFlags.ReadOnly | OpenFlags.Directory, UnixFileMode.None, resolution, out var opened);
        Assert.Equal(errno == 0, opened is not null);
        opened?.Dispose();
        return errno;
    }

    private List<DirectoryEntry> List()
    {
        using var directory = KernelFile.Open(_directory.Path, OpenFlags.ReadOnly | OpenFlags.Directory);
        return DirectoryReader.Read(directory, _directory.Path);
    }
}
