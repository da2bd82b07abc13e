using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux;
using Unbounded.Agent.Linux.Tests.Blocks;
using Unbounded.Agent.Partitions.Boot.SystemdBoot;
using Unbounded.Agent.Partitions.Layout;
using Unbounded.Agent.Partitions.Tests.Support;

namespace Unbounded.Agent.Partitions.Tests.Boot.SystemdBoot;

/// <summary>A slot with a real file system, mounted for real. Needs root.</summary>
public sealed class SlotKernelsTests : IDisposable
{
    private readonly PartitionScene _scene = new();
    private readonly string _tree;

    public SlotKernelsTests() => _tree = Directory.CreateDirectory(_scene.Path("tree/boot")).Parent!.FullName;

    private string Target => _scene.Path("esp/unbounded");

    public void Dispose() => _scene.Dispose();

    [Fact]
    public async Task Install_OfASlot_CopiesWhatItsLinksLeadTo()
    {
        var (kernel, initrd) = (TestImages.Content(1, 3 << 20), TestImages.Content(2, 1 << 20));
        File.WriteAllBytes(_tree + "/boot/vmlinuz-6.1", kernel);
        File.WriteAllBytes(_tree + "/boot/initrd.img-6.1", initrd);
        File.CreateSymbolicLink(_tree + "/vmlinuz", "boot/vmlinuz-6.1");
        File.CreateSymbolicLink(_tree + "/initrd.img", "/boot/initrd.img-6.1");
        Format();

        await Kernels().InstallAsync(PartitionScene.B);
        await Kernels().InstallAsync(PartitionScene.B);

        Assert.Equal(kernel, File.ReadAllBytes(Target + "/b/vmlinuz"));
        Assert.Equal(initrd, File.ReadAllBytes(Target + "/b/initrd.img"));
        Assert.DoesNotContain(_scene[PartitionScene.B].Path + " ", File.ReadAllText("/proc/self/mounts"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("../../../../etc/passwd")]
    [InlineData("/boot/nowhere")]
    [InlineData("/boot")]
    public async Task Install_OfASlotWithoutAKernel_SaysSoAndReadsNothingElse(string? link)
    {
        if (link is not null)
            File.CreateSymbolicLink(_tree + "/vmlinuz", link);
        File.WriteAllText(_tree + "/initrd.img", "initrd");
        Format();

        var error = await Assert.ThrowsAsync<AgentException>(() => Kernels().InstallAsync(PartitionScene.B));

        Assert.Equal(PartitionsErrors.NoKernel, error.Code);
        Assert.False(File.Exists(Target + "/b/vmlinuz"));
        Assert.DoesNotContain(_scene[PartitionScene.B].Path + " ", File.ReadAllText("/proc/self/mounts"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Install_OfASlotWithoutAFileSystem_IsRefused() =>
        Assert.Equal(LinuxErrors.CallFailed, (await Assert.ThrowsAsync<AgentException>(() => Kernels().InstallAsync(PartitionScene.B))).Code);

    private SlotKernels Kernels() => new(new SlotTable(_scene.Paths with { Dev = "/dev" }), Target, _scene.Path("work"));

    private void Format() => Tool.Run("mke2fs", "-q", "-t", "ext4", "-d", _tree, _scene[PartitionScene.B].Path);
}
