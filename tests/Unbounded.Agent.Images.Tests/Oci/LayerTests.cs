using Unbounded.Agent.Images.References;
using Unbounded.Agent.Images.Tests.Store;
using Unbounded.Agent.Images.Tests.Support;

namespace Unbounded.Agent.Images.Tests.Oci;

public sealed class LayerTests : IDisposable
{
    private readonly StoreFixture _fixture = new();
    private readonly LayoutBuilder _layout;

    public LayerTests() => _layout = new LayoutBuilder(_fixture.Sub("layout"));

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task EnsureAsync_Layers_LieOverEachOther()
    {
        var root = await StoreAsync(
            new TarBuilder().Directory("./").File("a", "1").File("b", "1").File("dir/c", "1"),
            new TarBuilder().File("b", "2").Directory("dir", 0x1c0),
            new TarBuilder().File("dir/d", "3"));
        Assert.Equal(["a=1", "b=2", "dir/c=1", "dir/d=3"], Files(root));
        Assert.Equal((UnixFileMode)0x1c0, File.GetUnixFileMode(Path.Combine(root, "dir")));
    }

    [Fact]
    public async Task EnsureAsync_CompressedLayers_AreToldByTheirBytes()
    {
        byte[] first = LayoutBuilder.Gzip(new TarBuilder().File("a", "1").ToArray());
        _layout.Add(_layout.Image([(first, LayoutBuilder.Layer + "+gzip"), (Zstd(new TarBuilder().File("b", "2").ToArray()), LayoutBuilder.Layer + "+zstd")]));
        Assert.Equal(["a=1", "b=2"], Files(await EnsureAsync()));
    }

    [Fact]
    public async Task EnsureAsync_Whiteout_HidesWhatIsBelow()
    {
        var root = await StoreAsync(
            new TarBuilder().File("file").File("dir/x").File("dir/sub/y").File("kept").SymbolicLink("link", "kept"),
            new TarBuilder().File(".wh.file").File(".wh.dir").File(".wh.link").File(".wh.never-there").File("no-such-dir/.wh.x"));
        Assert.Equal(["kept="], Files(root));
        Assert.Equal(["kept"], Directory.GetFileSystemEntries(root).Select(Path.GetFileName));
    }

    [Fact]
    public async Task EnsureAsync_WhiteoutOfItsOwnLayer_HidesOnlyWhatIsBelow()
    {
        var root = await StoreAsync(
            new TarBuilder().File("dir/below").File("dir/both", "1"),
            new TarBuilder().File("dir/both", "2").File("dir/new/deep", "2").File(".wh.dir"));
        Assert.Equal(["dir/both=2", "dir/new/deep=2"], Files(root));
    }

    [Fact]
    public async Task EnsureAsync_WhiteoutThenTheSameName_IsTheNewOne()
    {
        var root = await StoreAsync(
            new TarBuilder().Directory("dir").File("dir/below"),
            new TarBuilder().File(".wh.dir").File("dir", "now a file"));
        Assert.Equal(["dir=now a file"], Files(root));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task EnsureAsync_OpaqueDirectory_HidesWhatIsBelowWhereverTheMarkIs(bool first)
    {
        var layer = new TarBuilder().Directory("dir");
        if (first)
            layer.File("dir/.wh..wh..opq");
        layer.File("dir/new", "2").File("dir/sub/new", "2");
        if (!first)
            layer.File("dir/.wh..wh..opq");
        var root = await StoreAsync(new TarBuilder().File("dir/below").File("dir/sub/below").File("dir/gone/x").File("beside"), layer);
        Assert.Equal(["beside=", "dir/new=2", "dir/sub/new=2"], Files(root));
        Assert.False(Directory.Exists(Path.Combine(root, "dir/gone")));
    }

    [Fact]
    public async Task EnsureAsync_WhiteoutInTheFirstLayer_HidesNothing() =>
        Assert.Equal(["a="], Files(await StoreAsync(new TarBuilder().File("a").File(".wh.a").File(".wh..wh..opq"))));

    [Fact]
    public async Task EnsureAsync_AufsBookkeeping_IsLeftOut() =>
        Assert.Equal(["a="], Files(await StoreAsync(new TarBuilder().File("a"), new TarBuilder().File(".wh..wh.plnk/x").File(".wh..wh.aufs"))));

    [Theory]
    [InlineData(".wh.")]
    [InlineData(".wh..")]
    [InlineData("dir/.wh...")]
    [InlineData(".wh.dir/file")]
    public async Task EnsureAsync_WhiteoutOfNothing_IsRefused(string name)
    {
        var error = await RefusedAsync(ImageErrors.InvalidWhiteout, new TarBuilder().File("dir/a"), new TarBuilder().File(name));
        Assert.Contains($"'{name}'", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EnsureAsync_AnythingOverAnything_IsReplaced()
    {
        var root = await StoreAsync(
            new TarBuilder().File("to-dir").File("full/dir/x").SymbolicLink("to-file", "full").Directory("to-link").File("to-link/x"),
            new TarBuilder().Directory("to-dir").File("to-dir/x", "2").File("full", "2").File("to-file", "2").SymbolicLink("to-link", "/etc"));
        Assert.Equal(["full=2", "to-file=2"], Files(root).Where(f => !f.StartsWith("to-dir", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task EnsureAsync_PathThroughALinkOfALowerLayer_StaysInTheRoot()
    {
        // As with a merged /usr, and with a link to a host path that means one of the image.
        var root = await StoreAsync(
            new TarBuilder().Directory("usr/bin").SymbolicLink("bin", "usr/bin").SymbolicLink("abs", "/usr/bin").SymbolicLink("up", "../../../../usr/bin"),
            new TarBuilder().File("bin/a", "2").File("abs/b", "2").File("up/c", "2").File("/absolute-name", "2").HardLink("bin/d", "/usr/bin/a"));
        Assert.Equal(["absolute-name=2", "usr/bin/a=2", "usr/bin/b=2", "usr/bin/c=2", "usr/bin/d=2"], Files(root));
    }

    [Fact]
    public async Task EnsureAsync_HardLinkInPlaceOfItsTargetsDirectory_IsRefused()
    {
        var error = await RefusedAsync(ImageErrors.UnsafeLink, new TarBuilder().File("a/b/c"), new TarBuilder().HardLink("a/b", "a/b/c"));
        Assert.Contains("'a/b'", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EnsureAsync_LinkReplacedWhileItWasWrittenThrough_IsNoLongerFollowed()
    {
        var root = await StoreAsync(
            new TarBuilder().Directory("old").Directory("new").SymbolicLink("way", "old"),
            new TarBuilder().File("way/a", "2").SymbolicLink("way", "new").File("way/b", "2"));
        Assert.Equal(["new/b=2", "old/a=2"], Files(root));
    }

    [Fact]
    public async Task Law16_EnsureAsync_LinksThatBuildEndlessDepth_AreRefused()
    {
        var layer = new TarBuilder().Directory("0");
        for (var i = 1; i < 40; i++)
        {
            var path = string.Join('/', Enumerable.Repeat("d", 20));
            layer.Pax(("path", $"{i - 1}/{path}/end")).Directory("x").SymbolicLink($"{i}", $"{i - 1}/{path}/end");
        }

        await RefusedAsync(ImageErrors.PathTooLong, layer);
    }

    [Theory]
    [InlineData("link/../../outside")]
    [InlineData("../outside")]
    public async Task EnsureAsync_NameThatClimbs_IsRefused(string name) =>
        await RefusedAsync(ImageErrors.UnsafeName, new TarBuilder().SymbolicLink("link", "/").File(name));

    [Fact]
    public async Task EnsureAsync_DirectoryTimes_AreThoseOfTheLastLayerThatSaysThem()
    {
        var root = await StoreAsync(
            new TarBuilder().Entry('5', "a", mtime: 1000).Entry('5', "b", mtime: 1000).Entry('5', "c", mtime: 1000),
            new TarBuilder().File("a/x").Entry('5', "b", mtime: 2000).File("b/x"),
            new TarBuilder().File("c/.wh.none").SymbolicLink("c", "a"));
        Assert.Equal([1000, 2000], new[] { "a", "b" }.Select(d => (int)new DateTimeOffset(Directory.GetLastWriteTimeUtc(Path.Combine(root, d))).ToUnixTimeSeconds()));
    }

    [Fact]
    public async Task EnsureAsync_LayerThatIsNotItsDigest_IsRefusedAndNothingKept()
    {
        var good = new TarBuilder().File("a", "good").ToArray();
        var descriptor = _layout.Image([(good, LayoutBuilder.Layer)]);
        _layout.Add(descriptor);
        var store = await _fixture.OpenAsync();
        var path = _layout.BlobPath("sha256:" + Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(good)));
        byte[] evil = new TarBuilder().File("a", "evil").ToArray();
        Assert.Equal(good.Length, evil.Length);
        await File.WriteAllBytesAsync(path, evil);
        await TempDirectory.FailsWith(ImageErrors.DigestMismatch, EnsureAsync);
        await File.WriteAllBytesAsync(path, new byte[good.Length / 2]);
        await TempDirectory.FailsWith(ImageErrors.InvalidLayout, EnsureAsync);
        Array.Fill(evil, (byte)7);
        await File.WriteAllBytesAsync(path, evil);
        await TempDirectory.FailsWith(ImageErrors.DigestMismatch, EnsureAsync);
        Assert.Empty(_fixture.Leftovers());
        Assert.Empty(await store.ListAsync());
    }

    [Fact]
    public async Task EnsureAsync_LayoutThatIsStored_IsFoundByItsManifestAlone()
    {
        var first = await StoreAsync(new TarBuilder().File("a"));
        foreach (var blob in Directory.GetFiles(Path.Combine(_layout.Path, "blobs/sha256")).Where(f => new FileInfo(f).Length == 2048))
            await File.WriteAllBytesAsync(blob, new byte[2048]);
        Assert.Equal(first, await EnsureAsync());
    }

    private static byte[] Zstd(byte[] content)
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, content);
            TempDirectory.Run("zstd", "-q", "-f", path, "-o", path + ".zst");
            return File.ReadAllBytes(path + ".zst");
        }
        finally
        {
            File.Delete(path);
            File.Delete(path + ".zst");
        }
    }

    private static string[] Files(string root) =>
        [.. Directory.GetFiles(root, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint })
            .Select(f => $"{Path.GetRelativePath(root, f)}={File.ReadAllText(f)}").Order(StringComparer.Ordinal)];

    private Task<string> StoreAsync(params TarBuilder[] layers)
    {
        _layout.Add(_layout.Image(layers.Select(l => (l.ToArray(), LayoutBuilder.Layer))));
        return EnsureAsync();
    }

    private async Task<string> EnsureAsync() =>
        (await (await _fixture.OpenAsync()).EnsureAsync(new LayoutReference(_layout.Path, null, null))).Root;

    private async Task<string> RefusedAsync(Core.Errors.ErrorCode code, params TarBuilder[] layers)
    {
        var error = await TempDirectory.FailsWith(code, () => StoreAsync(layers));
        Assert.Empty(_fixture.Leftovers());
        return error.Message;
    }
}
