using System.Globalization;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Images.References;
using Unbounded.Agent.Linux.Blocks;
using Unbounded.Agent.Linux.Tests.Blocks;
using Unbounded.Agent.Partitions.Tests.Support;
using Unbounded.Agent.Partitions.Writing;

namespace Unbounded.Agent.Partitions.Tests.Writing;

public sealed class DeviceZerosTests : IDisposable
{
    private const int Chunk = DeviceZeros.ShortestBytes;
    private const int Size = 8 << 20;

    private readonly TempDirectory _directory = new();

    private string Disk => _directory.File("disk");

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("0", 1, true)]
    [InlineData("000", 3, true)]
    [InlineData("0010", 2, true)]
    [InlineData("1", 1, false)]
    [InlineData("110", 2, false)]
    public void Next_OfBytes_IsWhatIsAlikeAtTheirBeginning(string chunks, int expected, bool zeros) =>
        Assert.Equal((expected * Chunk, zeros), DeviceZeros.Next(Bytes(chunks)));

    [Theory]
    [InlineData(4096, 4096, true)]
    [InlineData(Chunk + 4096, Chunk + 4096, true)]
    [InlineData(Chunk + 4096, Chunk, false)]
    public void Next_OfAnOddEnd_GoesToIt(int length, int expected, bool zeros)
    {
        var bytes = new byte[length];
        bytes[0] = (byte)(zeros ? 0 : 1);

        Assert.Equal((expected, zeros), DeviceZeros.Next(bytes));
    }

    [Fact]
    public void TryZero_OnADeviceThatMakesZeros_GivesItsRoomBack()
    {
        using var loop = Full(Disk);
        using var device = BlockDevice.OpenExclusive(loop.Path);

        Assert.True(new DeviceZeros(device).TryZero(Chunk, 2 * Chunk));

        device.Sync();
        var held = loop.Read(4 * Chunk);
        Assert.All(held[Chunk..(3 * Chunk)], b => Assert.Equal(0, b));
        Assert.DoesNotContain((byte)0, held[..Chunk]);
        Assert.DoesNotContain((byte)0, held[(3 * Chunk)..]);
        Assert.InRange(Taken(Disk), 1, Size - 2 * Chunk + (64 << 10));
    }

    [Fact]
    public void TryZero_OfLittle_IsLeftToBeWritten()
    {
        using var loop = Full(Disk);
        using var device = BlockDevice.OpenExclusive(loop.Path);

        Assert.False(new DeviceZeros(device).TryZero(0, Chunk - 4096));

        Assert.DoesNotContain((byte)0, loop.Read(Chunk));
    }

    [Fact]
    public void TryZero_OnADeviceWithoutSuchMeans_IsLeftToBeWritten() => OnPlainMemory(path =>
    {
        using var loop = Full(path);
        using var device = BlockDevice.OpenExclusive(loop.Path);
        var zeros = new DeviceZeros(device);

        Assert.False(zeros.TryZero(0, Chunk));
        Assert.False(zeros.TryZero(0, Chunk));
    });

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void TryZero_WhereTheDevicesMeansFail_IsLeftToBeWrittenAndNotAskedAgain(int failing)
    {
        using var loop = Full(Disk);
        using var device = BlockDevice.OpenExclusive(loop.Path);
        var asked = 0;
        var zeros = new DeviceZeros(device, (offset, length) => ++asked < failing
            ? device.TryZero(offset, length)
            : throw new AgentException(Linux.LinuxErrors.DeviceFailed, "no zeros", "fallocate: EREMOTEIO", "none"));

        Assert.False(zeros.TryZero(0, Chunk));
        Assert.False(zeros.TryZero(Chunk, Chunk));

        Assert.Equal(failing, asked);
    }

    [Fact]
    public async Task Write_OfAnImageWithZeros_LeavesThemToTheDevice()
    {
        var content = Image();
        using var loop = Full(Disk);

        Assert.Equal(TestImages.Sha256(content), await WriteAsync(loop, content));

        Assert.Equal(content, loop.Read(content.Length));
        Assert.InRange(Taken(Disk), 1, Size - 3 * Chunk);
    }

    [Fact]
    public void Write_OfAnImageWithZeros_OnADeviceWithoutSuchMeans_WritesThem() => OnPlainMemory(path =>
    {
        var content = Image();
        using var loop = Full(path);

        Assert.Equal(TestImages.Sha256(content), WriteAsync(loop, content).GetAwaiter().GetResult());

        Assert.Equal(content, loop.Read(content.Length));
    });

    // Zeros at the beginning, in the middle, across what is written at once, and at an odd end.
    private static byte[] Image()
    {
        var content = TestImages.Content(3, (6 << 20) + 1234);
        content.AsSpan(0, Chunk + 4096).Clear();
        content.AsSpan((4 << 20) - Chunk, 3 * Chunk).Clear();
        content.AsSpan(6 << 20).Clear();
        return content;
    }

    private static byte[] Bytes(string chunks)
    {
        var bytes = new byte[chunks.Length * Chunk];
        for (var i = 0; i < chunks.Length; i++)
            bytes[(i + 1) * Chunk - 1] = (byte)(chunks[i] - '0');
        return bytes;
    }

    private static async Task<string> WriteAsync(LoopDevice loop, byte[] content)
    {
        var digest = ContentDigest.FromHex(TestImages.Sha256(content))!;
        using var device = BlockDevice.OpenExclusive(loop.Path);
        return (await new SlotWriter(device, "image").WriteAsync(
            new MemoryStream(content), new(content.Length, digest, digest), new Progress(), CancellationToken.None)).Hex;
    }

    // A disk on which there is no zero.
    private static LoopDevice Full(string path)
    {
        var loop = new LoopDevice(path, Size);
        using var device = BlockDevice.OpenExclusive(loop.Path);
        using var buffer = new AlignedBuffer(Size);
        buffer.Span.Fill(0x77);
        device.Write(buffer, Size, 0);
        device.Sync();
        return loop;
    }

    // Bytes that a file takes, holes left out.
    private static long Taken(string path) => long.Parse(Tool.Run("stat", "-c", "%b", path), CultureInfo.InvariantCulture) * 512;

    // A file system whose files can't be given holes, so that a loop device over one can't either.
    private void OnPlainMemory(Action<string> test)
    {
        var mount = Directory.CreateDirectory(_directory.File("memory")).FullName;
        Tool.Run("mount", "-t", "ramfs", "none", mount);
        try
        {
            test(Path.Combine(mount, "disk"));
        }
        finally
        {
            Tool.Run("umount", "--lazy", mount);
        }
    }
}
