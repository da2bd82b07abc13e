using Unbounded.Agent.Images.Tests.Support;

namespace Unbounded.Agent.Images.Tests.Store;

public sealed class StoreSpaceTests : IDisposable
{
    private readonly TempDirectory _sources = new();

    public void Dispose() => _sources.Dispose();

    [Fact]
    public async Task EnsureAsync_ArchiveLargerThanTheDisk_IsRefusedBeforeTheFirstByte()
    {
        using var fixture = new StoreFixture(TempDirectory.OnTmpfs("size=4m"));
        var store = await fixture.OpenAsync();
        await File.WriteAllBytesAsync(_sources.Sub("big.tar"), new TarBuilder().Entry('0', "big", new byte[8_000_000]).ToArray());
        var error = await TempDirectory.FailsWith(ImageErrors.StoreFull, () => store.EnsureAsync(Parse("big.tar")));
        Assert.Contains("at least 8001536 bytes", error.Why, StringComparison.Ordinal);
        Assert.Empty(fixture.Leftovers());
    }

    [Fact]
    public async Task EnsureAsync_ZstdThatSaysItsSize_IsRefusedBeforeTheFirstByte()
    {
        using var fixture = new StoreFixture(TempDirectory.OnTmpfs("size=4m"));
        var store = await fixture.OpenAsync();
        await File.WriteAllBytesAsync(_sources.Sub("big.tar"), new TarBuilder().Entry('0', "big", new byte[8_000_000]).ToArray());
        TempDirectory.Run("zstd", "-q", _sources.Sub("big.tar"));
        var error = await TempDirectory.FailsWith(ImageErrors.StoreFull, () => store.EnsureAsync(Parse("big.tar.zst")));
        Assert.Contains("at least 8001536 bytes", error.Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EnsureAsync_DiskFullOnTheWay_RemovesThePartAndWorksWhenThereIsRoom()
    {
        using var fixture = new StoreFixture(TempDirectory.OnTmpfs("size=4m"));
        var store = await fixture.OpenAsync();
        await File.WriteAllBytesAsync(_sources.Sub("big.tar"), new TarBuilder().Entry('0', "big", new byte[8_000_000]).ToArray());
        TempDirectory.Run("gzip", _sources.Sub("big.tar"));
        var error = await TempDirectory.FailsWith(ImageErrors.StoreFull, () => store.EnsureAsync(Parse("big.tar.gz")));
        Assert.Contains("became full", error.Why, StringComparison.Ordinal);
        Assert.Empty(fixture.Leftovers());
        Assert.Empty(await store.ListAsync());
        await File.WriteAllBytesAsync(_sources.Sub("small.tar"), StoreFixture.SmallImage());
        Assert.NotNull(await store.EnsureAsync(Parse("small.tar")));
        TempDirectory.Run("mount", "-o", "remount,size=32m", Path.GetDirectoryName(fixture.Root)!);
        Assert.Equal(2, (await store.EnsureAsync(Parse("big.tar.gz"))).Entries + 1);
    }

    [Fact]
    public async Task EnsureAsync_NoInodesLeft_SaysSo()
    {
        using var fixture = new StoreFixture(TempDirectory.OnTmpfs("nr_inodes=60"));
        var store = await fixture.OpenAsync();
        var archive = new TarBuilder();
        for (var i = 0; i < 100; i++)
            archive.File($"file-{i}");
        await File.WriteAllBytesAsync(_sources.Sub("many.tar"), archive.ToArray());
        await TempDirectory.FailsWith(ImageErrors.StoreFull, () => store.EnsureAsync(Parse("many.tar")));
        Assert.Empty(fixture.Leftovers());
    }

    [Fact]
    public async Task EnsureAsync_ReadOnlyFileSystem_SaysSo()
    {
        using var fixture = new StoreFixture(TempDirectory.OnTmpfs("size=4m"));
        var store = await fixture.OpenAsync();
        await File.WriteAllBytesAsync(_sources.Sub("small.tar"), StoreFixture.SmallImage());
        TempDirectory.Run("mount", "-o", "remount,ro", Path.GetDirectoryName(fixture.Root)!);
        await TempDirectory.FailsWith(Linux.LinuxErrors.ReadOnlyFileSystem, () => store.EnsureAsync(Parse("small.tar")));
    }

    private Images.References.ImageReference Parse(string name) => Images.References.ImageReference.Parse($"file://{_sources.Sub(name)}");
}
