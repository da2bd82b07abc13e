using System.IO.Compression;
using Unbounded.Agent.Images.Tests.Support;
using Unbounded.Agent.Images.Unpacking;
using Unbounded.Agent.Linux;

namespace Unbounded.Agent.Images.Tests.Unpacking;

public sealed class LimitTests : IDisposable
{
    private readonly Hostile _hostile = new();

    public void Dispose() => _hostile.Dispose();

    [Fact]
    public async Task Law16_UnpackAsync_TooManyEntries_IsRefusedAtTheFirstTooMany()
    {
        var archive = new TarBuilder();
        for (var i = 0; i < 20; i++)
            archive.File($"file-{i}");
        await _hostile.RefusesAsync(ImageErrors.TooManyEntries, "'file-10'", archive.ToArray(), With(new UnpackLimits { Entries = 10 }));
        Assert.Equal(10, Directory.GetFiles(_hostile.Root).Length);
    }

    [Fact]
    public async Task Law16_UnpackAsync_DeepPathsThatMakeParents_CountAsEntries()
    {
        var archive = new TarBuilder();
        for (var i = 0; i < 10; i++)
            archive.Pax(("path", $"{i}/{string.Join('/', Enumerable.Repeat("d", 50))}/file")).File("x");
        await _hostile.RefusesAsync(ImageErrors.TooManyEntries, "/file'", archive.ToArray(), With(new UnpackLimits { Entries = 100 }));
    }

    [Fact]
    public async Task Law16_UnpackAsync_Bomb_IsStoppedAtTheLimit()
    {
        // 1 GiB of zeros in about a megabyte.
        using var compressed = new MemoryStream();
        await using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
        {
            await gzip.WriteAsync(new TarBuilder().Entry('0', "bomb", size: 1 << 30).ToArray(end: false));
            for (var i = 0; i < 1024; i++)
                await gzip.WriteAsync(new byte[1 << 20]);
            await gzip.WriteAsync(new byte[1024]);
        }

        await _hostile.RefusesAsync(ImageErrors.TooManyBytes, "'bomb'", compressed.ToArray(), With(new UnpackLimits { TotalBytes = 10 << 20 }));
        Assert.InRange(new FileInfo(Path.Combine(_hostile.Root, "bomb")).Length, 0, 10 << 20);
    }

    [Fact]
    public async Task Law16_UnpackAsync_BombBehindTheEnd_IsStopped()
    {
        byte[] archive = [.. new TarBuilder().File("a").ToArray(), .. new byte[65 << 20]];
        await TempDirectory.FailsWith(ImageErrors.MalformedArchive, () => _hostile.UnpackAsync(archive));
    }

    [Fact]
    public async Task Law16_UnpackAsync_SparseFileOfPetabytes_IsRefused()
    {
        var archive = new TarBuilder().Pax(("GNU.sparse.size", "4503599627370496"), ("GNU.sparse.map", "0,1")).Entry('0', "huge", [1]);
        await _hostile.RefusesAsync(ImageErrors.FileTooLarge, "'huge'", archive.ToArray());
    }

    [Fact]
    public async Task Law16_UnpackAsync_PathsTooLongOrDeep_AreRefused()
    {
        var deep = string.Join('/', Enumerable.Repeat("d", 257));
        await _hostile.RefusesAsync(ImageErrors.PathTooLong, "'d/d/", new TarBuilder().Pax(("path", deep)).File("x").ToArray());
        await _hostile.RefusesAsync(ImageErrors.PathTooLong, "'nnn", new TarBuilder().Pax(("path", new string('n', 256))).File("x").ToArray());
        var segments = string.Join('/', Enumerable.Repeat(new string('n', 200), 21));
        await _hostile.RefusesAsync(ImageErrors.PathTooLong, "'nnn", new TarBuilder().Pax(("path", segments)).File("x").ToArray());
        await _hostile.RefusesAsync(ImageErrors.PathTooLong, "'link'", new TarBuilder().Pax(("linkpath", new string('t', 4096))).SymbolicLink("link", "x").ToArray());
    }

    [Fact]
    public async Task Law16_UnpackAsync_ManyOrLargeAttributes_AreRefused()
    {
        var many = Enumerable.Range(0, 129).Select(i => ($"SCHILY.xattr.user.{i}", "v")).ToArray();
        await _hostile.RefusesAsync(ImageErrors.AttributesTooLarge, "'file'", new TarBuilder().Pax(many).File("file").ToArray());
        var large = Enumerable.Range(0, 5).Select(i => ($"SCHILY.xattr.user.{i}", new string('v', 60_000))).ToArray();
        await _hostile.RefusesAsync(ImageErrors.AttributesTooLarge, "'dir'", new TarBuilder().Pax(large).Directory("dir").ToArray());
    }

    [Theory]
    [InlineData("SCHILY.xattr.user.large", 20_000)]
    [InlineData("SCHILY.xattr.nonamespace", 1)]
    [InlineData("SCHILY.xattr.security.capability", 3)]
    public async Task UnpackAsync_AttributeThatTheFileSystemRefuses_IsAnErrorNotALoss(string key, int size)
    {
        var error = await _hostile.RefusesAsync(
            ImageErrors.AttributeRefused, "'file'", new TarBuilder().Pax((key, new string('v', size))).File("file").ToArray());
        Assert.Contains(key[13..], error.Why, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("user::rwx,group::r-x")]
    [InlineData("user:nobody-knows:rwx,user::rw-,group::r--,mask::rwx,other::---")]
    [InlineData("rubbish")]
    [InlineData("user::rwz,group::r-x,other::---")]
    public async Task UnpackAsync_AclThatMeansNothing_IsAnErrorNotALoss(string acl)
    {
        var error = await Assert.ThrowsAsync<Core.Errors.AgentException>(
            () => _hostile.UnpackAsync(new TarBuilder().Pax(("SCHILY.acl.access", acl)).File("file").ToArray()));
        Assert.Contains(error.Code, new[] { ImageErrors.InvalidAcl, ImageErrors.AttributeRefused });
        Assert.Contains("'file'", error.What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UnpackAsync_FullDisk_NamesTheEntry()
    {
        using var small = TempDirectory.OnTmpfs("size=64k");
        using var archive = new MemoryStream(new TarBuilder().Entry('0', "too-big", new byte[100_000]).ToArray());
        var error = await TempDirectory.FailsWith(LinuxErrors.NoSpace, () => ArchiveUnpacker.UnpackAsync(archive, "the image", small.Path));
        Assert.Contains("'too-big'", error.What, StringComparison.Ordinal);
    }

    private static UnpackOptions With(UnpackLimits limits) => new() { Limits = limits };
}
