using Unbounded.Agent.Images.References;
using Unbounded.Agent.Images.Store;
using Unbounded.Agent.Images.Tests.Support;
using Unbounded.Agent.Images.Tests.Unpacking;
using Unbounded.Agent.Images.Unpacking;

namespace Unbounded.Agent.Images.Tests.Store;

public sealed class DirectorySourceTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task EnsureAsync_Directory_IsCopiedWholeUnderTheDigestOfItsTree()
    {
        AdversarialTree.Make(_directory.MakeDirectory("tree"), AdversarialTree.All);
        var image = await (await OpenAsync()).EnsureAsync(Reference());
        TreeListing.AssertEqual(_directory.Sub("tree"), image.Root);
        Assert.Equal($"dir://{_directory.Sub("tree")}", image.Reference);
    }

    [Fact]
    public async Task EnsureAsync_SourceChangesLater_TheStoreDoesNot()
    {
        await WriteAsync("etc/release", "one");
        var store = await OpenAsync();
        var one = await store.EnsureAsync(Reference());
        await WriteAsync("etc/release", "two");
        Assert.Equal("one", await File.ReadAllTextAsync(Path.Combine(one.Root, "etc/release")));
        var two = await store.EnsureAsync(Reference());
        Assert.NotEqual(one.Digest, two.Digest);
        Assert.Equal("two", await File.ReadAllTextAsync(Path.Combine(two.Root, "etc/release")));
        Assert.Equal(2, (await store.ListAsync()).Count);
    }

    [Fact]
    public async Task EnsureAsync_Unchanged_IsNotReadAgain()
    {
        await WriteAsync("etc/release", "one");
        var store = await OpenAsync();
        var image = await store.EnsureAsync(Reference());
        var reports = 0;
        Assert.Equal(image, await store.EnsureAsync(Reference(), new Progress(() => reports++)));
        Assert.Equal(0, reports);
    }

    [Theory]
    [InlineData("chmod 600 etc/release")]
    [InlineData("chown 1:1 etc/release")]
    [InlineData("touch -d 2001-01-01 etc/release")]
    [InlineData("setfattr -n user.a -v b etc/release")]
    [InlineData("mv etc/release etc/renamed")]
    [InlineData("ln etc/release etc/second")]
    [InlineData("mkdir etc/new")]
    [InlineData("printf two > etc/release")]
    [InlineData("rm etc/link; ln -s elsewhere etc/link")]
    public async Task EnsureAsync_AnyChange_IsAnotherDigest(string change)
    {
        await WriteAsync("etc/release", "one");
        File.CreateSymbolicLink(_directory.Sub("tree/etc/link"), "target");
        var store = await OpenAsync();
        var before = await store.EnsureAsync(Reference());
        TempDirectory.Shell($"cd {_directory.Sub("tree")}; {change}");
        var after = await store.EnsureAsync(Reference());
        Assert.NotEqual(before.Digest, after.Digest);
        TreeListing.AssertEqual(_directory.Sub("tree"), after.Root);
    }

    [Fact]
    public async Task EnsureAsync_EqualTreesElsewhere_AreOneImage()
    {
        AdversarialTree.Make(_directory.MakeDirectory("tree"), AdversarialTree.All);
        TempDirectory.Run("cp", "-a", "--sparse=always", _directory.Sub("tree"), _directory.Sub("other"));
        var store = await OpenAsync();
        var one = await store.EnsureAsync(Reference());
        Assert.Equal(one.Digest, (await store.EnsureAsync(new DirectoryReference(_directory.Sub("other"), null))).Digest);
        Assert.Single(await store.ListAsync());
        Assert.Empty(Directory.GetFileSystemEntries(_directory.Sub("store/work")));
    }

    [Fact]
    public async Task EnsureAsync_DigestInTheReference_IsVerified()
    {
        await WriteAsync("file", "one");
        var store = await OpenAsync();
        var image = await store.EnsureAsync(Reference());
        Assert.Equal(image, await store.EnsureAsync(Reference() with { Digest = image.Digest }));
        await WriteAsync("file", "two");
        await store.RemoveAsync(image.Digest);
        await TempDirectory.FailsWith(ImageErrors.DigestMismatch, () => store.EnsureAsync(Reference() with { Digest = image.Digest }));
        Assert.Empty(Directory.GetFileSystemEntries(_directory.Sub("store/work")));
    }

    [Fact]
    public async Task EnsureAsync_DeviceThatIsNotStandard_IsRefused()
    {
        TempDirectory.Shell($"cd {_directory.MakeDirectory("tree")}; mknod disk b 8 0");
        var store = await ImageStore.OpenAsync(new ImageStoreOptions { Root = _directory.Sub("store") }, TimeProvider.System, Logger());
        var error = await TempDirectory.FailsWith(ImageErrors.DeviceNotAllowed, () => store.EnsureAsync(Reference()));
        Assert.Contains("'disk'", error.What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EnsureAsync_OnBtrfs_NeedsNoSpaceForWhatItShares()
    {
        using var btrfs = TempDirectory.OnBtrfs();
        btrfs.MakeDirectory("tree");
        // More than half of the disk: a copy of its own would not fit.
        await File.WriteAllBytesAsync(btrfs.Sub("tree/large"), CompressibleNoise(150 << 20));
        TempDirectory.Run("sync", "-f", btrfs.Path);
        var store = await ImageStore.OpenAsync(new ImageStoreOptions { Root = btrfs.Sub("store") }, TimeProvider.System, Logger());
        var image = await store.EnsureAsync(new DirectoryReference(btrfs.Sub("tree"), null));
        TreeListing.AssertEqual(btrfs.Sub("tree"), image.Root);
    }

    [Fact]
    public async Task EnsureAsync_NoRoomForACopy_IsRefusedBeforeTheFirstByte()
    {
        using var small = TempDirectory.OnTmpfs("size=1m");
        await WriteAsync("large", new string('x', 3 << 20));
        var store = await ImageStore.OpenAsync(new ImageStoreOptions { Root = small.Sub("store") }, TimeProvider.System, Logger());
        var error = await TempDirectory.FailsWith(ImageErrors.StoreFull, () => store.EnsureAsync(Reference()));
        Assert.Contains("at least", error.Why, StringComparison.Ordinal);
    }

    private static byte[] CompressibleNoise(int size)
    {
        var noise = new byte[size];
        new Random(5).NextBytes(noise);
        return noise;
    }

    private static Microsoft.Extensions.Logging.Abstractions.NullLogger<ImageStore> Logger() => new();

    private DirectoryReference Reference() => new(_directory.Sub("tree"), null);

    private Task<ImageStore> OpenAsync() => ImageStore.OpenAsync(
        new ImageStoreOptions { Root = _directory.Sub("store"), Unpack = new UnpackOptions { Devices = DevicePolicy.All } }, new LaterClock(), Logger());

    private async Task WriteAsync(string name, string content)
    {
        var path = Path.Combine(_directory.Sub("tree"), name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllTextAsync(path, content);
    }

    private sealed class Progress(Action report) : IProgress<ImageProgress>
    {
        public void Report(ImageProgress value) => report();
    }
}
