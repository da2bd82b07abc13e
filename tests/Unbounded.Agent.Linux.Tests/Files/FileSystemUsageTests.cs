using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.Files;

namespace Unbounded.Agent.Linux.Tests.Files;

public sealed class FileSystemUsageTests
{
    [Fact]
    public void Of_Tmpfs_SaysItsSizeAndWhatIsLeft()
    {
        using var directory = TempDirectory.OnTmpfs("size=1m,nr_inodes=100");
        File.WriteAllBytes(directory.File("a"), new byte[256 * 1024]);
        var usage = FileSystemUsage.Of(directory.Path);
        Assert.Equal((1 << 20, 768 * 1024, 100, false), (usage.TotalBytes, usage.AvailableBytes, usage.TotalInodes, usage.IsReadOnly));
        Assert.InRange(usage.AvailableInodes, 90, 98);
    }

    [Fact]
    public void Of_ReadOnlyMount_SaysSo()
    {
        using var directory = TempDirectory.OnTmpfs("size=1m");
        directory.Remount("ro");
        Assert.True(FileSystemUsage.Of(directory.Path).IsReadOnly);
    }

    [Fact]
    public void Of_UnlimitedInodes_IsUnlimited()
    {
        using var directory = TempDirectory.OnTmpfs("nr_inodes=0");
        Assert.Equal(long.MaxValue, FileSystemUsage.Of(directory.Path).AvailableInodes);
    }

    [Fact]
    public void Of_MissingPath_IsAnError() =>
        Assert.Equal(LinuxErrors.NotFound, Assert.Throws<AgentException>(() => FileSystemUsage.Of("/no/such/path")).Code);
}
