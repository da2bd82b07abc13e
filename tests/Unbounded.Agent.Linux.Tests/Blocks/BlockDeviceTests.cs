using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.Blocks;

namespace Unbounded.Agent.Linux.Tests.Blocks;

public sealed class BlockDeviceTests : IDisposable
{
    private const int Size = 1 << 20;

    private readonly string _directory = Directory.CreateTempSubdirectory("unbounded-blocks-").FullName;
    private readonly LoopDevice _loop;

    public BlockDeviceTests() => _loop = new LoopDevice(Path.Combine(_directory, "disk"), Size);

    public void Dispose()
    {
        _loop.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public void OpenExclusive_OfADevice_KnowsItsSize()
    {
        using var device = BlockDevice.OpenExclusive(_loop.Path);

        Assert.Equal(Size, device.SizeBytes);
    }

    [Fact]
    public void Write_ThenRead_GivesTheSameBytes()
    {
        using var device = BlockDevice.OpenExclusive(_loop.Path);
        using var buffer = new AlignedBuffer(8192);
        new Random(1).NextBytes(buffer.Span);
        var written = buffer.Span.ToArray();

        device.Write(buffer, 8192, 4096);
        device.Sync();
        buffer.Span.Clear();
        device.Read(buffer, 8192, 4096);

        Assert.Equal(written, buffer.Span.ToArray());
        Assert.Equal(written, _loop.Read(4096 + 8192)[4096..]);
    }

    [Fact]
    public void Write_OfAPartOfABuffer_WritesThatPart()
    {
        using var device = BlockDevice.OpenExclusive(_loop.Path);
        using var buffer = new AlignedBuffer(8192);
        new Random(1).NextBytes(buffer.Span);

        device.Write(buffer, 4096, 4096, 12288);

        Assert.Equal(buffer.Span[4096..].ToArray(), _loop.Read(16384)[12288..]);
        Assert.Throws<ArgumentOutOfRangeException>(() => device.Write(buffer, 4096, 8192, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => device.Write(buffer, 100, 4096, 0));
    }

    [Fact]
    public void TryZero_OfAPart_LeavesTheRest()
    {
        using var device = BlockDevice.OpenExclusive(_loop.Path);
        using var buffer = new AlignedBuffer(16384);
        buffer.Span.Fill(7);
        device.Write(buffer, 16384, 0);

        Assert.True(device.TryZero(4096, 8192));

        device.Read(buffer, 16384, 0);
        Assert.All(buffer.Span[..4096].ToArray(), b => Assert.Equal(7, b));
        Assert.All(buffer.Span[4096..12288].ToArray(), b => Assert.Equal(0, b));
        Assert.All(buffer.Span[12288..].ToArray(), b => Assert.Equal(7, b));
    }

    [Fact]
    public void TryZero_BehindTheEnd_Fails()
    {
        using var device = BlockDevice.OpenExclusive(_loop.Path);

        Assert.Throws<AgentException>(() => device.TryZero(Size, 4096));
    }

    [Fact]
    public void OpenExclusive_ASecondTime_IsRefused()
    {
        using var device = BlockDevice.OpenExclusive(_loop.Path);

        Assert.Equal(LinuxErrors.InUse, Assert.Throws<AgentException>(() => BlockDevice.OpenExclusive(_loop.Path)).Code);
    }

    [Fact]
    public void OpenExclusive_OfAMountedDevice_IsRefused()
    {
        var mount = Directory.CreateDirectory(Path.Combine(_directory, "mnt")).FullName;
        Tool.Run("mke2fs", "-q", "-F", _loop.Path);
        Tool.Run("mount", _loop.Path, mount);
        try
        {
            Assert.Equal(LinuxErrors.InUse, Assert.Throws<AgentException>(() => BlockDevice.OpenExclusive(_loop.Path)).Code);
        }
        finally
        {
            Tool.Run("umount", "-l", mount);
        }
    }

    [Fact]
    public void OpenExclusive_OfAFile_IsRefused()
    {
        var file = Path.Combine(_directory, "file");
        File.WriteAllBytes(file, new byte[4096]);

        Assert.Equal(LinuxErrors.WrongFileType, Assert.Throws<AgentException>(() => BlockDevice.OpenExclusive(file)).Code);
        Assert.Equal(LinuxErrors.NotFound, Assert.Throws<AgentException>(() => BlockDevice.OpenExclusive(file + "x")).Code);
    }

    [Fact]
    public void Write_BehindTheEnd_SaysThatThereIsNoRoom()
    {
        using var device = BlockDevice.OpenExclusive(_loop.Path);
        using var buffer = new AlignedBuffer(4096);

        var error = Assert.Throws<AgentException>(() => device.Write(buffer, 4096, Size));

        Assert.Equal(LinuxErrors.NoSpace, error.Code);
        Assert.Contains($"byte {Size}", error.What, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_BehindTheEnd_Fails()
    {
        using var device = BlockDevice.OpenExclusive(_loop.Path);
        using var buffer = new AlignedBuffer(4096);

        Assert.Equal(LinuxErrors.DeviceFailed, Assert.Throws<AgentException>(() => device.Read(buffer, 4096, Size)).Code);
    }

    [Theory]
    [InlineData(100, 0)]
    [InlineData(4096, 100)]
    [InlineData(8192, 0)]
    public void Write_OutOfAlignmentOrBuffer_IsAFaultOfTheCaller(int length, long offset)
    {
        using var device = BlockDevice.OpenExclusive(_loop.Path);
        using var buffer = new AlignedBuffer(4096);

        Assert.Throws<ArgumentOutOfRangeException>(() => device.Write(buffer, length, offset));
    }

    [Fact]
    public void AlignedBuffer_OfAnOddLength_IsAFaultOfTheCaller()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new AlignedBuffer(100));
        Assert.Throws<ArgumentOutOfRangeException>(() => new AlignedBuffer(0));
    }

    [Fact]
    public void AlignedBuffer_AfterItsEnd_IsNotReadAnyMore()
    {
        var buffer = new AlignedBuffer(4096);
        buffer.Dispose();
        buffer.Dispose();

        Assert.Throws<ObjectDisposedException>(() => buffer.Span.Length);
    }
}
