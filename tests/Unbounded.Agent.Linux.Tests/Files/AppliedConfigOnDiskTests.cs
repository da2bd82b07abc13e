using Unbounded.Agent.Core.Configuration;
using Unbounded.Agent.Core.Configuration.Applied;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Linux.Files;

namespace Unbounded.Agent.Linux.Tests.Files;

/// <summary>The core's applied config on a real file system: names, modes and times as docs/operations.md has them.</summary>
public sealed class AppliedConfigOnDiskTests : IDisposable
{
    private static readonly SlotName Kube1 = new("kube1");
    private static readonly SlotName Kube2 = new("kube2");
    private static readonly byte[] Config = AppliedConfig.Serialize(
        new AgentConfig { MachineName = "m1", Cluster = new ClusterConfig { Version = "1.33.1" }, Kubelet = new KubeletConfig() });

    private readonly TempDirectory _directory = new();

    private string Root => _directory.File("agent");

    private AppliedConfigFiles Files => new(new DurableStore(), Root, [Kube1, Kube2]);

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task EnsureAsync_Fresh_Has0600FilesIn0750Directory()
    {
        Assert.True(await Files.EnsureAsync(Kube1, Config, default));
        Assert.Equal(["kube1-applied-config.json", "kube1-applied-config.json.sha256"], Directory.GetFileSystemEntries(Root).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.All(Directory.GetFiles(Root), f => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(f)));
        Assert.Equal((UnixFileMode)0x1e8, File.GetUnixFileMode(Root));
    }

    [Fact]
    public async Task EnsureAsync_UnchangedFiles_KeepTheirTimesAndInodes()
    {
        await Files.EnsureAsync(Kube1, Config, default);
        var stamp = new DateTime(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc);
        foreach (var file in Directory.GetFiles(Root))
            File.SetLastWriteTimeUtc(file, stamp);
        Assert.False(await Files.EnsureAsync(Kube1, Config, default));
        Assert.All(Directory.GetFiles(Root), f => Assert.Equal(stamp, File.GetLastWriteTimeUtc(f)));
    }

    [Fact]
    public async Task EnsureAsync_WrongMode_IsCorrected()
    {
        await Files.EnsureAsync(Kube1, Config, default);
        File.SetUnixFileMode(Files.PathOf(Kube1), (UnixFileMode)0x1a4);
        Assert.True(await Files.EnsureAsync(Kube1, Config, default));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Files.PathOf(Kube1)));
    }

    [Fact]
    public async Task EnsureAsync_OtherSlot_RemovesTheOldSidesFiles()
    {
        await Files.EnsureAsync(Kube1, Config, default);
        await Files.EnsureAsync(Kube2, Config, default);
        Assert.False(File.Exists(Files.PathOf(Kube1)));
        Assert.False(File.Exists(Files.SidecarPathOf(Kube1)));
        Assert.Equal(Kube2, (await Files.DiscoverAsync(default))!.Slot);
    }

    [Fact]
    public async Task DiscoverAsync_HostWithoutTheDirectory_IsFresh() => Assert.Null(await Files.DiscoverAsync(default));

    [Fact]
    public async Task DiscoverAsync_HugeFile_IsAnErrorNotAnAdoption()
    {
        Directory.CreateDirectory(Root);
        await File.WriteAllBytesAsync(Files.PathOf(Kube1), new byte[AppliedConfig.MaxBytes + 1]);
        await TempDirectory.FailsWith(LinuxErrors.FileTooLarge, () => Files.DiscoverAsync(default));
    }
}
