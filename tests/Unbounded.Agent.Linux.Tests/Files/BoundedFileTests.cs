using Unbounded.Agent.Linux.Files;

namespace Unbounded.Agent.Linux.Tests.Files;

public sealed class BoundedFileTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4096)]
    [InlineData(100_000)]
    public async Task Law16_ReadAsync_UpToTheLimit_ReadsAllOfIt(int size)
    {
        var content = new byte[size];
        new Random(size).NextBytes(content);
        await File.WriteAllBytesAsync(_directory.File("a"), content);
        Assert.Equal(content, await BoundedFile.ReadAsync(_directory.File("a"), size));
        Assert.Equal(content, await BoundedFile.ReadAsync(_directory.File("a"), int.MaxValue));
        if (size > 0)
            await TempDirectory.FailsWith(LinuxErrors.FileTooLarge, () => BoundedFile.ReadAsync(_directory.File("a"), size - 1));
    }

    [Fact]
    public async Task Law16_ReadAsync_FileThatSaysItIsEmpty_IsBoundedToo()
    {
        Assert.NotEmpty(await BoundedFile.ReadAsync("/proc/self/maps", 1 << 24));
        await TempDirectory.FailsWith(LinuxErrors.FileTooLarge, () => BoundedFile.ReadAsync("/proc/self/maps", 1000));
    }

    [Fact]
    public async Task ReadAsync_Missing_IsAnErrorAndTryReadAsyncNull()
    {
        await TempDirectory.FailsWith(LinuxErrors.NotFound, () => BoundedFile.ReadAsync(_directory.File("no"), 10));
        Assert.Null(await BoundedFile.TryReadAsync(_directory.File("no"), 10));
    }

    [Fact]
    public async Task ReadAsync_PipeWithoutWriter_IsRefusedAtOnce()
    {
        TempDirectory.Run("mkfifo", _directory.File("pipe"));
        await TempDirectory.FailsWith(LinuxErrors.WrongFileType, () => BoundedFile.ReadAsync(_directory.File("pipe"), 10));
        await TempDirectory.FailsWith(LinuxErrors.WrongFileType, () => BoundedFile.ReadAsync("/dev/zero", 10));
        await TempDirectory.FailsWith(LinuxErrors.WrongFileType, () => BoundedFile.ReadAsync(_directory.Path, 10));
    }

    [Fact]
    public async Task ReadAsync_DeviceError_SaysSo() =>
        await TempDirectory.FailsWith(LinuxErrors.DeviceFailed, () => BoundedFile.ReadAsync("/proc/self/mem", 10));
}
