using System.Security.Cryptography;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Partitions.Adaptive;
using Unbounded.Agent.Partitions.Adaptive.Indexes;
using Unbounded.Agent.Partitions.Tests.Support;

namespace Unbounded.Agent.Partitions.Tests.Adaptive;

public sealed class ImageIndexerTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(5, 4096)]
    [InlineData((9 << 20) + 77, 4096)]
    [InlineData((9 << 20) + 77, 65536)]
    [InlineData(3 << 20, 1 << 20)]
    public async Task Index_OfAnImage_HasTheDigestOfEveryBlock(int length, int block)
    {
        var content = TestImages.Content(1, length);
        var image = Write(content);

        var made = await ImageIndexer.RunAsync(image, image + ".index", block, CancellationToken.None);

        Assert.Equal((TestImages.Sha256(content), (length + block - 1) / block), (made.Image.Hex, made.Blocks));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(made.Index)[..128])), made.Header.Hex);
        using var index = IndexFile.TryOpen(made.Index)!;
        var digest = new byte[32];
        for (var i = 0; i < made.Blocks; i++)
        {
            index.Read(0, i, digest);
            Assert.Equal(SHA256.HashData(content.AsSpan(i * block, Math.Min(block, length - i * block))), digest);
        }
    }

    [Fact]
    public async Task Index_OfTheSameImage_IsTheSame()
    {
        var image = Write(TestImages.Content(1, 1 << 20));
        await ImageIndexer.RunAsync(image, image + ".a", 4096, CancellationToken.None);
        await ImageIndexer.RunAsync(image, image + ".b", 4096, CancellationToken.None);

        Assert.Equal(await File.ReadAllBytesAsync(image + ".a"), await File.ReadAllBytesAsync(image + ".b"));
    }

    [Theory]
    [InlineData("gzip", 4096)]
    [InlineData("zstd", 4096)]
    [InlineData("xz", 4096)]
    [InlineData("raw", 4095)]
    [InlineData("raw", 0)]
    [InlineData("raw", 2 << 20)]
    public async Task Index_OfWhatCanNotBeIndexed_IsRefusedAndNothingIsLeft(string format, int block)
    {
        var image = _directory.File("image");
        TestImages.Write(image, TestImages.Content(1, 100_000), format);

        var error = await Assert.ThrowsAsync<AgentException>(() => ImageIndexer.RunAsync(image, image + ".index", block, CancellationToken.None));

        Assert.Equal(PartitionsErrors.NotIndexable, error.Code);
        Assert.Empty(Directory.GetFiles(_directory.File("."), "image.index*"));
    }

    [Fact]
    public async Task Index_OfAnEmptyFile_IsRefused() => Assert.Equal(
        PartitionsErrors.NotIndexable,
        (await Assert.ThrowsAsync<AgentException>(() => ImageIndexer.RunAsync(Write([]), _directory.File("x"), 4096, CancellationToken.None))).Code);

    [Fact]
    public async Task Index_ThatIsStopped_LeavesTheOldOne()
    {
        var image = Write(TestImages.Content(1, 1 << 20));
        await ImageIndexer.RunAsync(image, image + ".index", 4096, CancellationToken.None);
        var old = await File.ReadAllBytesAsync(image + ".index");
        await File.WriteAllBytesAsync(image, TestImages.Content(2, 1 << 20));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ImageIndexer.RunAsync(image, image + ".index", 4096, new CancellationToken(canceled: true)));

        Assert.Equal(old, await File.ReadAllBytesAsync(image + ".index"));
        Assert.False(File.Exists(image + ".index.draft"));
    }

    private string Write(byte[] content)
    {
        File.WriteAllBytes(_directory.File("image"), content);
        return _directory.File("image");
    }
}
