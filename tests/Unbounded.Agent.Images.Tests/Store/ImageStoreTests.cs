using System.Security.Cryptography;
using Unbounded.Agent.Images.References;
using Unbounded.Agent.Images.Store;
using Unbounded.Agent.Images.Tests.Support;
using Unbounded.Agent.Linux.Kernel;

namespace Unbounded.Agent.Images.Tests.Store;

public sealed class ImageStoreTests : IDisposable
{
    private readonly StoreFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task EnsureAsync_Archive_IsUnpackedUnderTheDigestOfItsFile()
    {
        var content = StoreFixture.SmallImage();
        var store = await _fixture.OpenAsync();
        var image = await store.EnsureAsync(_fixture.Archive(content));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(content)), image.Digest.Hex);
        Assert.Equal(Path.Combine(_fixture.Root, "images", "sha256-" + image.Digest.Hex, "rootfs"), image.Root);
        Assert.Equal("hello", await File.ReadAllTextAsync(Path.Combine(image.Root, "etc/release")));
        Assert.Equal((2, $"file://{_fixture.Sub("image.tar")}"), (image.Entries, image.Reference));
        Assert.InRange(image.BytesOnDisk, 4096, 100_000);
        Assert.Empty(_fixture.Leftovers());
        Assert.Equal(image, store.Find(image.Digest));
    }

    [Fact]
    public async Task EnsureAsync_StoredAlready_IsNotUnpackedAgain()
    {
        var store = await _fixture.OpenAsync(new LaterClock());
        var reference = _fixture.Archive(StoreFixture.SmallImage());
        var first = await store.EnsureAsync(reference);
        var before = FileStatus.TryGet(first.Root)!.Value.Inode;
        var stages = new List<ImageStage>();
        var again = await store.EnsureAsync(reference, new Recorder(stages));
        Assert.Equal(first, again);
        Assert.Equal(before, FileStatus.TryGet(again.Root)!.Value.Inode);
        // Neither unpacked nor even read.
        Assert.Empty(stages);
    }

    [Fact]
    public async Task EnsureAsync_DigestOfAStoredImage_NeedsNoSource()
    {
        var store = await _fixture.OpenAsync();
        var reference = _fixture.Archive(StoreFixture.SmallImage());
        var first = await store.EnsureAsync(reference);
        File.Delete(reference.Path);
        Assert.Equal(first, await store.EnsureAsync(reference with { Digest = first.Digest }));
        await TempDirectory.FailsWith(ImageErrors.SourceMissing, () => store.EnsureAsync(reference));
    }

    [Fact]
    public async Task EnsureAsync_ChangedFileOfTheSameName_IsAnotherImage()
    {
        var store = await _fixture.OpenAsync(new LaterClock());
        var one = await store.EnsureAsync(_fixture.Archive(StoreFixture.SmallImage("one")));
        var two = await store.EnsureAsync(_fixture.Archive(StoreFixture.SmallImage("two")));
        Assert.NotEqual(one.Digest, two.Digest);
        Assert.Equal("two", await File.ReadAllTextAsync(Path.Combine(two.Root, "etc/release")));
        Assert.Equal([one, two], await store.ListAsync());
    }

    [Fact]
    public async Task EnsureAsync_FileJustWritten_IsReadAgainNotBelieved()
    {
        // A clock that stands still: a file may change twice within one tick of the kernel's.
        var store = await _fixture.OpenAsync(new StandingClock());
        var reference = _fixture.Archive(StoreFixture.SmallImage());
        await store.EnsureAsync(reference);
        var stages = new List<ImageStage>();
        await store.EnsureAsync(reference, new Recorder(stages));
        Assert.Contains(ImageStage.Identifying, stages);
        Assert.DoesNotContain(ImageStage.Unpacking, stages);
    }

    [Fact]
    public async Task EnsureAsync_SameContentUnderAnotherName_IsStoredOnce()
    {
        var store = await _fixture.OpenAsync();
        var one = await store.EnsureAsync(_fixture.Archive(StoreFixture.SmallImage(), "one.tar"));
        Assert.Equal(one, await store.EnsureAsync(_fixture.Archive(StoreFixture.SmallImage(), "two.tar")));
        Assert.Single(await store.ListAsync());
    }

    [Fact]
    public async Task EnsureAsync_WrongDigest_IsRefusedAndNothingKept()
    {
        var store = await _fixture.OpenAsync();
        var reference = _fixture.Archive(StoreFixture.SmallImage()) with { Digest = ContentDigest.FromHex(new string('0', 64)) };
        var error = await TempDirectory.FailsWith(ImageErrors.DigestMismatch, () => store.EnsureAsync(reference));
        Assert.Contains("sha256:", error.Why, StringComparison.Ordinal);
        Assert.Empty(await store.ListAsync());
        Assert.Empty(_fixture.Leftovers());
        // Also when its content is known and stored.
        await store.EnsureAsync(reference with { Digest = null });
        await TempDirectory.FailsWith(ImageErrors.DigestMismatch, () => store.EnsureAsync(reference));
    }

    [Fact]
    public async Task EnsureAsync_DamagedArchiveWithDigest_SaysThatItIsAnotherOne()
    {
        var store = await _fixture.OpenAsync();
        var content = StoreFixture.SmallImage();
        var digest = ContentDigest.FromHex(Convert.ToHexStringLower(SHA256.HashData(content)));
        await TempDirectory.FailsWith(ImageErrors.DigestMismatch, () => store.EnsureAsync(_fixture.Archive(content[..700]) with { Digest = digest }));
        await TempDirectory.FailsWith(ImageErrors.TruncatedArchive, () => store.EnsureAsync(_fixture.Archive(content[..700])));
        Assert.Empty(_fixture.Leftovers());
    }

    [Fact]
    public async Task EnsureAsync_MissingOrOdd_SaysWhatIsThere()
    {
        var store = await _fixture.OpenAsync();
        await TempDirectory.FailsWith(ImageErrors.SourceMissing, () => store.EnsureAsync(new ArchiveReference(_fixture.Sub("no.tar"), null)));
        await TempDirectory.FailsWith(ImageErrors.SourceMissing, () => store.EnsureAsync(new ArchiveReference("/dev/zero", null)));
        await TempDirectory.FailsWith(ImageErrors.SourceMissing, () => store.EnsureAsync(new DirectoryReference(_fixture.Sub("no"), null)));
        await TempDirectory.FailsWith(ImageErrors.UnknownFormat, () => store.EnsureAsync(_fixture.Archive(new byte[100])));
        await TempDirectory.FailsWith(ImageErrors.UnknownFormat, () => store.EnsureAsync(_fixture.Archive([])));
    }

    [Fact]
    public async Task EnsureAsync_SymbolicLinkToAnArchive_IsFollowed()
    {
        var store = await _fixture.OpenAsync();
        _fixture.Archive(StoreFixture.SmallImage(), "v1.tar");
        File.CreateSymbolicLink(_fixture.Sub("current.tar"), "v1.tar");
        Assert.NotNull(await store.EnsureAsync(new ArchiveReference(_fixture.Sub("current.tar"), null)));
    }

    [Fact]
    public async Task EnsureAsync_Progress_GoesFromNothingToTheWholeFile()
    {
        var store = await _fixture.OpenAsync();
        var content = new TarBuilder().Entry('0', "big", new byte[5_000_000]).ToArray();
        var reports = new List<ImageProgress>();
        await store.EnsureAsync(_fixture.Archive(content), new Recorder(reports));
        Assert.All(reports, r => Assert.Equal(content.Length, r.BytesTotal));
        Assert.InRange(reports.Count, 4, 12);
        Assert.Equal(content.Length, reports[^1].BytesDone);
        Assert.Equal([ImageStage.Unpacking, ImageStage.Syncing, ImageStage.Stored], reports.Select(r => r.Stage).Distinct());
        Assert.Equal(reports.Select(r => r.BytesDone).Order(), reports.Select(r => r.BytesDone));
    }

    [Fact]
    public async Task RemoveAsync_StoredImage_IsGone()
    {
        var store = await _fixture.OpenAsync();
        var image = await store.EnsureAsync(_fixture.Archive(StoreFixture.SmallImage()));
        Assert.True(await store.RemoveAsync(image.Digest));
        Assert.False(await store.RemoveAsync(image.Digest));
        Assert.Null(store.Find(image.Digest));
        Assert.False(Directory.Exists(image.Root));
        Assert.Empty(_fixture.Leftovers());
    }

    [Fact]
    public async Task RemoveAsync_MountedImage_IsRefused()
    {
        var store = await _fixture.OpenAsync();
        var image = await store.EnsureAsync(_fixture.Archive(StoreFixture.SmallImage()));
        Directory.CreateDirectory(_fixture.Sub("mount"));
        TempDirectory.Run("mount", "--bind", image.Root, _fixture.Sub("mount"));
        try
        {
            var error = await TempDirectory.FailsWith(ImageErrors.ImageInUse, () => store.RemoveAsync(image.Digest));
            Assert.Contains(_fixture.Sub("mount"), error.Why, StringComparison.Ordinal);
        }
        finally
        {
            TempDirectory.Run("umount", "-l", _fixture.Sub("mount"));
        }

        Assert.True(await store.RemoveAsync(image.Digest));
    }

    [Fact]
    public async Task UsageAsync_Images_AreCounted()
    {
        var store = await _fixture.OpenAsync();
        Assert.Equal((0, 0), await Counted());
        var image = await store.EnsureAsync(_fixture.Archive(StoreFixture.SmallImage()));
        Assert.Equal((1, image.BytesOnDisk), await Counted());

        async Task<(int, long)> Counted()
        {
            var usage = await store.UsageAsync();
            Assert.True(usage is { AvailableBytes: > 0, AvailableInodes: > 0 });
            return (usage.Images, usage.ImageBytes);
        }
    }

    [Fact]
    public async Task OpenAsync_NewStore_LetsNobodyElseIn()
    {
        await _fixture.OpenAsync();
        Assert.Equal((UnixFileMode)0x1c0, File.GetUnixFileMode(_fixture.Root));
    }

    private sealed class Recorder : IProgress<ImageProgress>
    {
        private readonly Action<ImageProgress> _add;

        internal Recorder(List<ImageProgress> reports) => _add = p => Locked(reports, () => reports.Add(p));

        internal Recorder(List<ImageStage> stages) => _add = p => Locked(stages, () => stages.Add(p.Stage));

        public void Report(ImageProgress value) => _add(value);

        private static void Locked(object list, Action add)
        {
            lock (list)
                add();
        }
    }
}
