using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.Files;
using Unbounded.Agent.Linux.Tests.Blocks;

namespace Unbounded.Agent.Linux.Tests.Files;

/// <summary>Mounts for real. Needs root.</summary>
public sealed class ReadOnlyMountTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("unbounded-mount-").FullName;
    private readonly LoopDevice _device;

    public ReadOnlyMountTests() => _device = new(_directory + "/disk", 8 << 20);

    private string Point => _directory + "/point";

    public void Dispose()
    {
        _device.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public void Open_OfAFileSystem_ShowsItReadOnlyUntilItIsDisposed()
    {
        Format();

        using (var mount = ReadOnlyMount.Open(_device.Path, Point, "squashfs", "ext4"))
        {
            Assert.True(Directory.Exists(mount.Directory + "/lost+found"));
            Assert.Throws<IOException>(() => File.WriteAllText(mount.Directory + "/file", "x"));
            var line = File.ReadLines("/proc/self/mounts").Single(l => l.StartsWith(_device.Path + " ", StringComparison.Ordinal));
            Assert.All(["ro", "nosuid", "nodev", "noexec"], option => Assert.Contains(option, line.Split(' ')[3].Split(',')));
        }

        Assert.Empty(Directory.EnumerateFileSystemEntries(Point));
    }

    [Fact]
    public void Open_WhereAProcessThatWasKilledLeftAMount_TakesItAwayFirst()
    {
        Format();
        ReadOnlyMount.Open(_device.Path, Point, "ext4");

        ReadOnlyMount.Open(_device.Path, Point, "ext4").Dispose();

        Assert.DoesNotContain(_device.Path + " ", File.ReadAllText("/proc/self/mounts"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ext4")]
    [InlineData("of-no-kernel")]
    public void Open_OfNothing_IsRefused(string type)
    {
        var error = Assert.Throws<AgentException>(() => ReadOnlyMount.Open(_device.Path, Point, type));

        Assert.Contains(_device.Path, error.What, StringComparison.Ordinal);
    }

    private void Format() => Tool.Run("mke2fs", "-q", "-t", "ext4", _device.Path);
}
