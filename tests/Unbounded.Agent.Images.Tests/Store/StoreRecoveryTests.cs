using Unbounded.Agent.Linux.Files;

namespace Unbounded.Agent.Images.Tests.Store;

public sealed class StoreRecoveryTests : IDisposable
{
    private readonly StoreFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task OpenAsync_LeftoversOfEveryKind_AreRemoved()
    {
        await _fixture.OpenAsync();
        Make("work/0123/rootfs/deep/er/file");
        Make("work/4567/rootfs/file");
        File.WriteAllText(Path.Combine(_fixture.Root, "work/4567.claim"), "");
        File.WriteAllText(Path.Combine(_fixture.Root, "work/89ab.claim"), "");
        Make("trash/4711/rootfs/file");
        File.WriteAllText(Path.Combine(_fixture.Root, "sources/.x.unbounded-tmp"), "");
        File.WriteAllText(Path.Combine(_fixture.Root, "sources/0000.json"), "garbage");
        await _fixture.OpenAsync();
        Assert.Empty(_fixture.Leftovers());
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(_fixture.Root, "sources")));
    }

    [Fact]
    public async Task OpenAsync_WorkOfALivingProcess_IsLeftAlone()
    {
        await _fixture.OpenAsync();
        Make("work/0123/rootfs/file");
        using (Claim.Create(Path.Combine(_fixture.Root, "work/0123.claim")))
        {
            await _fixture.OpenAsync();
            Assert.True(File.Exists(Path.Combine(_fixture.Root, "work/0123/rootfs/file")));
        }

        await _fixture.OpenAsync();
        Assert.Empty(_fixture.Leftovers());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("{\"digest\":")]
    [InlineData("{\"digest\":\"sha256:0000000000000000000000000000000000000000000000000000000000000000\"}")]
    [InlineData("null")]
    public async Task OpenAsync_ImageWithoutAValidMark_IsRemovedAndBuiltAgain(string? mark)
    {
        var reference = _fixture.Archive(StoreFixture.SmallImage());
        var image = await (await _fixture.OpenAsync()).EnsureAsync(reference);
        var markPath = Path.Combine(image.Root, "../image.json");
        if (mark is null)
            File.Delete(markPath);
        else
            await File.WriteAllTextAsync(markPath, mark);
        File.Delete(Path.Combine(image.Root, "etc/release"));
        var store = await _fixture.OpenAsync(new LaterClock());
        Assert.Empty(await store.ListAsync());
        var again = await store.EnsureAsync(reference);
        Assert.Equal("hello", await File.ReadAllTextAsync(Path.Combine(again.Root, "etc/release")));
        Assert.Equal(image.Digest, again.Digest);
    }

    [Fact]
    public async Task EnsureAsync_MarkLostWhileOpen_IsBuiltAgain()
    {
        var store = await _fixture.OpenAsync(new LaterClock());
        var reference = _fixture.Archive(StoreFixture.SmallImage());
        var image = await store.EnsureAsync(reference);
        File.Delete(Path.Combine(image.Root, "../image.json"));
        File.Delete(Path.Combine(image.Root, "etc/release"));
        var again = await store.EnsureAsync(reference);
        Assert.Equal("hello", await File.ReadAllTextAsync(Path.Combine(again.Root, "etc/release")));
        Assert.Empty(_fixture.Leftovers());
    }

    [Fact]
    public async Task Law15_OpenAsync_MarkOfANewerVersion_IsRead()
    {
        var image = await (await _fixture.OpenAsync()).EnsureAsync(_fixture.Archive(StoreFixture.SmallImage()));
        var markPath = Path.Combine(image.Root, "../image.json");
        await File.WriteAllTextAsync(markPath, (await File.ReadAllTextAsync(markPath)).Replace("{", "{ \"new\": { \"field\": [1] },", StringComparison.Ordinal));
        Assert.Equal(image, (await _fixture.OpenAsync()).Find(image.Digest));
    }

    [Fact]
    public async Task OpenAsync_ForeignDirectoryAmongImages_IsRemoved()
    {
        await _fixture.OpenAsync();
        Make("images/sha256-short/rootfs/file");
        var store = await _fixture.OpenAsync();
        Assert.Empty(await store.ListAsync());
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(_fixture.Root, "images")));
    }

    private void Make(string path)
    {
        var full = Path.Combine(_fixture.Root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, "x");
    }
}
