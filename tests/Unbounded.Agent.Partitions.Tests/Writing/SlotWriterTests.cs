using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Images.References;
using Unbounded.Agent.Linux;
using Unbounded.Agent.Linux.Blocks;
using Unbounded.Agent.Linux.Tests.Blocks;
using Unbounded.Agent.Partitions.Tests.Support;
using Unbounded.Agent.Partitions.Writing;

namespace Unbounded.Agent.Partitions.Tests.Writing;

public sealed class SlotWriterTests : IDisposable
{
    // More than two of the writer's pieces, and no multiple of anything.
    private const int Length = (9 << 20) + 1234;
    private const int DeviceBytes = 12 << 20;

    private readonly TempDirectory _directory = new();
    private readonly LoopDevice _loop;
    private readonly byte[] _content = TestImages.Content(1, Length);

    public SlotWriterTests() => _loop = new LoopDevice(_directory.File("disk"), DeviceBytes);

    public void Dispose()
    {
        _loop.Dispose();
        _directory.Dispose();
    }

    [Theory]
    [InlineData("raw", true)]
    [InlineData("raw", false)]
    [InlineData("gzip", true)]
    [InlineData("zstd", true)]
    [InlineData("zstd", false)]
    [InlineData("xz", true)]
    public async Task Write_OfAnImage_IsOnTheDeviceByteForByte(string format, bool announced)
    {
        var file = Write(format);

        var digest = await RunAsync(file, Expect(file, announced));

        Assert.Equal(TestImages.Sha256(_content), digest.Hex);
        Assert.Equal(_content, _loop.Read(Length));
    }

    [Fact]
    public async Task Write_OfAnImage_TellsItsPartsAndBytes()
    {
        var file = Write("zstd");
        var progress = new Progress();

        await RunAsync(file, Expect(file), progress);

        Assert.Equal(["write", "read-back"], progress.Parts);
        Assert.Equal(Length, progress.Done);
    }

    [Fact]
    public async Task Write_OfAnEmptyPartOfADevice_LeavesWhatIsBehindTheImage()
    {
        var small = TestImages.Content(2, 5000);
        var file = TestImages.Write(_directory.File("image"), small, "raw");
        using (var stream = File.OpenWrite(_directory.File("disk")))
        {
            stream.Position = 8192;
            stream.WriteByte(77);
        }

        await RunAsync(file, new(small.Length, Digest(file), null));

        var held = _loop.Read(8193);
        Assert.Equal(small, held[..5000]);
        Assert.Equal(77, held[8192]);
        Assert.All(held[5000..8192], b => Assert.Equal(0, b));
    }

    [Theory]
    [InlineData("raw", -1)]
    [InlineData("zstd", -1)]
    [InlineData("raw", 1)]
    [InlineData("gzip", 1)]
    public async Task Write_OfAnotherSizeThanAnnounced_Fails(string format, int more)
    {
        var file = Write(format);

        var error = await FailsAsync(file, Expect(file) with { SizeBytes = Length - more });

        Assert.Equal(PartitionsErrors.ImageSizeWrong, error.Code);
    }

    [Fact]
    public async Task Write_OfAnEmptyFile_Fails() =>
        Assert.Equal(PartitionsErrors.ImageSizeWrong, (await FailsAsync([], new(Length, null, null))).Code);

    [Theory]
    [InlineData("zstd")]
    [InlineData("xz")]
    [InlineData("gzip")]
    public async Task Write_OfATruncatedFile_Fails(string format)
    {
        var file = Write(format);

        var error = await FailsAsync(file[..(file.Length / 2)], Expect(file));

        Assert.True(error.Code == LinuxErrors.CorruptData || error.Code == PartitionsErrors.ImageSizeWrong, error.Message);
    }

    [Theory]
    [InlineData("zstd")]
    [InlineData("xz")]
    [InlineData("gzip")]
    [InlineData("raw")]
    public async Task Write_OfADamagedFile_Fails(string format)
    {
        var file = Write(format);
        file[file.Length / 2] ^= 0xff;

        var error = await FailsAsync(file, Expect(Write(format)));

        Assert.True(
            error.Code == LinuxErrors.CorruptData || error.Code == PartitionsErrors.ImageSizeWrong || error.Code == PartitionsErrors.ImageDigestWrong, error.Message);
    }

    [Fact]
    public async Task Write_OfAFileOfAnotherDigest_Fails()
    {
        var file = Write("zstd");

        var error = await FailsAsync(file, Expect(file) with { File = Digest([1]) });

        Assert.Equal(PartitionsErrors.ImageDigestWrong, error.Code);
        Assert.Contains(Digest(file).ToString(), error.Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Write_OfAnImageOfAnotherDigest_Fails()
    {
        var file = Write("zstd");

        Assert.Equal(PartitionsErrors.ImageDigestWrong, (await FailsAsync(file, Expect(file) with { Content = Digest([1]) })).Code);
    }

    [Fact]
    public async Task Write_OfAnImageLargerThanTheDevice_WritesNothing()
    {
        var file = Write("raw");

        var error = await FailsAsync(file, Expect(file) with { SizeBytes = DeviceBytes + 1 });

        Assert.Equal(PartitionsErrors.ImageTooLarge, error.Code);
        Assert.All(_loop.Read(4096), b => Assert.Equal(0, b));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Write_OnADiskThatLosesAByte_IsFoundByReadingBack(bool announced)
    {
        var file = Write("zstd");
        var progress = new Progress((part, done) =>
        {
            if (part == "read-back" && done == 0)
                _loop.Damage(Length - 7);
        });

        var error = await FailsAsync(file, Expect(file, announced), progress);

        Assert.Equal(announced ? PartitionsErrors.ImageDigestWrong : PartitionsErrors.ReadBackDiffers, error.Code);
    }

    [Theory]
    [InlineData("write", 0)]
    [InlineData("write", 1)]
    [InlineData("write", Length)]
    [InlineData("read-back", 0)]
    [InlineData("read-back", 1)]
    public async Task Write_ThatIsStopped_EndsAndCanBeDoneAgain(string part, long after)
    {
        var file = Write("zstd");
        using var stop = new CancellationTokenSource();
        var progress = new Progress((now, done) =>
        {
            if (now == part && done >= after)
                stop.Cancel();
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => RunAsync(file, Expect(file), progress, stop.Token));

        Assert.Equal(TestImages.Sha256(_content), (await RunAsync(file, Expect(file))).Hex);
    }

    [Fact]
    public async Task Write_OfASourceThatFails_GivesItsError()
    {
        using var device = BlockDevice.OpenExclusive(_loop.Path);

        await Assert.ThrowsAsync<AgentException>(
            () => new SlotWriter(device, "image").WriteAsync(new BrokenStream(_content, 3 << 20), new(Length, null, null), new Progress(), CancellationToken.None));
    }

    [Fact]
    public async Task Write_OnADeviceWithoutRoomBelowIt_Fails()
    {
        var mount = Directory.CreateDirectory(_directory.File("small")).FullName;
        Tool.Run("mount", "-t", "tmpfs", "-o", "size=4m", "none", mount);
        try
        {
            using var thin = new LoopDevice(Path.Combine(mount, "disk"), DeviceBytes);
            using var device = BlockDevice.OpenExclusive(thin.Path);
            // No zeros, which take no room. Full at the end of a whole write: a loop device (Linux 6.18) takes one that ended in the middle for whole.
            var file = new byte[Length];
            new Random(5).NextBytes(file);

            var error = await Assert.ThrowsAsync<AgentException>(
                () => new SlotWriter(device, "image").WriteAsync(new MemoryStream(file), new(Length, Digest(file), Digest(file)), new Progress(), CancellationToken.None));

            Assert.True(error.Code == LinuxErrors.DeviceFailed || error.Code == LinuxErrors.NoSpace, error.Message);
        }
        finally
        {
            Tool.Run("umount", "--lazy", mount);
        }
    }

    private static ContentDigest Digest(byte[] content) => ContentDigest.FromHex(TestImages.Sha256(content))!;

    private byte[] Write(string format) => TestImages.Write(_directory.File("image"), _content, format);

    private ExpectedImage Expect(byte[] file, bool announced = true) => new(Length, Digest(file), announced ? Digest(_content) : null);

    private Task<AgentException> FailsAsync(byte[] file, ExpectedImage expected, Progress? progress = null) =>
        Assert.ThrowsAsync<AgentException>(() => RunAsync(file, expected, progress));

    private async Task<ContentDigest> RunAsync(byte[] file, ExpectedImage expected, Progress? progress = null, CancellationToken stop = default)
    {
        using var device = BlockDevice.OpenExclusive(_loop.Path);
        return await new SlotWriter(device, "image").WriteAsync(new MemoryStream(file), expected, progress ?? new Progress(), stop);
    }

    private sealed class BrokenStream(byte[] content, int at) : MemoryStream(content)
    {
        public override int Read(Span<byte> buffer) =>
            Position < at ? base.Read(buffer[..(int)Math.Min(buffer.Length, at - Position)]) : throw new AgentException(LinuxErrors.DeviceFailed, "x", "y", "z");
    }
}
