using Unbounded.Agent.Images.Copying;
using Unbounded.Agent.Images.Tests.Support;
using Unbounded.Agent.Images.Tests.Unpacking;
using Unbounded.Agent.Linux;

namespace Unbounded.Agent.Images.Tests.Copying;

public sealed class TreeCopierTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task CopyAsync_TreeOfEverything_IsTheSameTree()
    {
        AdversarialTree.Make(_directory.MakeDirectory("source"), AdversarialTree.All);
        await TreeCopier.CopyAsync(_directory.Sub("source"), _directory.Sub("copy"));
        TreeListing.AssertEqual(_directory.Sub("source"), _directory.Sub("copy"));
    }

    [Fact]
    public async Task CopyAsync_ToAnotherFileSystem_IsTheSameTree()
    {
        using var tmpfs = TempDirectory.OnTmpfs("size=64m");
        AdversarialTree.Make(_directory.MakeDirectory("source"), AdversarialTree.All);
        await TreeCopier.CopyAsync(_directory.Sub("source"), tmpfs.Sub("copy"));
        TreeListing.AssertEqual(_directory.Sub("source"), tmpfs.Sub("copy"));
    }

    [Fact]
    public async Task CopyAsync_OnBtrfs_SharesBlocks()
    {
        using var btrfs = TempDirectory.OnBtrfs();
        AdversarialTree.Make(btrfs.MakeDirectory("source"), AdversarialTree.All);
        await File.WriteAllBytesAsync(btrfs.Sub("source/large"), new byte[100 << 20]);
        TempDirectory.Run("sync", "-f", btrfs.Path);
        var before = Linux.Files.FileSystemUsage.Of(btrfs.Path).AvailableBytes;
        await TreeCopier.CopyAsync(btrfs.Sub("source"), btrfs.Sub("copy"));
        TreeListing.AssertEqual(btrfs.Sub("source"), btrfs.Sub("copy"));
        Assert.InRange(before - Linux.Files.FileSystemUsage.Of(btrfs.Path).AvailableBytes, 0, 50 << 20);
    }

    [Fact]
    public async Task CopyAsync_DestinationThatExists_IsRefused()
    {
        _directory.MakeDirectory("source");
        _directory.MakeDirectory("copy");
        await TempDirectory.FailsWith(LinuxErrors.AlreadyExists, () => TreeCopier.CopyAsync(_directory.Sub("source"), _directory.Sub("copy")));
        await TempDirectory.FailsWith(LinuxErrors.NotFound, () => TreeCopier.CopyAsync(_directory.Sub("no"), _directory.Sub("copy2")));
    }

    [Fact]
    public async Task CopyAsync_MountsAndSockets_AreLeftOut()
    {
        TempDirectory.Shell($"cd {_directory.MakeDirectory("source")}; mkdir mnt; echo x > file; python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind(\"sock\")'; mount -t tmpfs t mnt; echo hidden > mnt/hidden");
        try
        {
            await TreeCopier.CopyAsync(_directory.Sub("source"), _directory.Sub("copy"));
        }
        finally
        {
            TempDirectory.Run("umount", "-l", _directory.Sub("source/mnt"));
        }

        Assert.Equal(["file", "mnt"], Directory.GetFileSystemEntries(_directory.Sub("copy")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Empty(Directory.GetFileSystemEntries(_directory.Sub("copy/mnt")));
    }

    [Fact]
    public async Task CopyAsync_FullDisk_SaysSo()
    {
        using var small = TempDirectory.OnTmpfs("size=64k");
        await File.WriteAllBytesAsync(Path.Combine(_directory.MakeDirectory("source"), "large"), new byte[1 << 20]);
        var error = await TempDirectory.FailsWith(LinuxErrors.NoSpace, () => TreeCopier.CopyAsync(_directory.Sub("source"), small.Sub("copy")));
        Assert.Contains("'large'", error.What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CopyAsync_LargeFile_TellsItsBytesOnTheWay()
    {
        using var tmpfs = TempDirectory.OnTmpfs("size=64m");
        _directory.MakeDirectory("source");
        var content = new byte[5 << 20];
        Array.Fill(content, (byte)7);
        await File.WriteAllBytesAsync(_directory.Sub("source/large"), content);
        var told = new List<long>();

        await TreeCopier.CopyAsync(_directory.Sub("source"), tmpfs.Sub("copy"), told.Add);

        Assert.True(told.Count > 1);
        Assert.Equal(told.Order(), told);
        Assert.Equal(content.Length, told[^1]);
    }

    [Fact]
    public async Task CopyAsync_Cancelled_Stops()
    {
        _directory.MakeDirectory("source");
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => TreeCopier.CopyAsync(_directory.Sub("source"), _directory.Sub("copy"), advanced: null, new CancellationToken(canceled: true)));
    }
}
