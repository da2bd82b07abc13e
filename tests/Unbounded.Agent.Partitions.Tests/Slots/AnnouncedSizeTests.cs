using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Images.References;
using Unbounded.Agent.Partitions.Slots;
using Unbounded.Agent.Partitions.Sources;
using Unbounded.Agent.Partitions.Tests.Support;

namespace Unbounded.Agent.Partitions.Tests.Slots;

public sealed class AnnouncedSizeTests
{
    private static readonly byte[] Bytes = [1, 2, 3, 4, 5, 6, 7, 8, 9];

    [Fact]
    public async Task Demand_OfTheAnnouncedFile_LeavesAllOfItToBeRead()
    {
        using var file = new KnownFile(Bytes);
        using var source = await AnnouncedSize.DemandAsync(file, Image(Bytes.Length), CancellationToken.None);
        var read = new byte[Bytes.Length + 1];

        Assert.Equal(Bytes.Length, source.ReadAtLeast(read, read.Length, throwOnEndOfStream: false));
        Assert.Equal(Bytes, read[..^1]);
        Assert.False(file.IsDisposed);
    }

    [Fact]
    public async Task Demand_OfAnotherFile_ClosesIt()
    {
        using var file = new KnownFile(Bytes);

        var error = await Assert.ThrowsAsync<AgentException>(() => AnnouncedSize.DemandAsync(file, Image(Bytes.Length + 1), CancellationToken.None));

        Assert.Equal(PartitionsErrors.ImageSizeWrong, error.Code);
        Assert.True(file.IsDisposed);
    }

    [Fact]
    public async Task Demand_AfterAStop_ClosesTheFile()
    {
        using var file = new KnownFile(Bytes);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => AnnouncedSize.DemandAsync(file, Image(Bytes.Length), new CancellationToken(canceled: true)));

        Assert.True(file.IsDisposed);
    }

    private static PartitionImage Image(long size)
    {
        var digest = ContentDigest.FromHex(TestImages.Sha256(Bytes))!;
        return new(new Uri("https://host/os.img"), size, digest, digest);
    }

    private sealed class KnownFile(byte[] bytes) : MemoryStream(bytes), IKnownLength
    {
        public bool IsDisposed { get; private set; }

        public long? LengthBytes => Length;

        protected override void Dispose(bool disposing)
        {
            IsDisposed = true;
            base.Dispose(disposing);
        }
    }
}
