using System.Text.Json;
using Unbounded.Agent.Machines.Gpu;
using Unbounded.Agent.Machines.NodeSoftware;
using Unbounded.Agent.Machines.Tests.Support;

namespace Unbounded.Agent.Machines.Tests.Gpu;

public sealed class NvidiaFilesTests
{
    private static readonly NvidiaDriver Driver = new(
        ["/usr/lib/x86_64-linux-gnu"],
        [new DriverLibrary("libcuda.so.1", "/usr/lib/x86_64-linux-gnu/libcuda.so.1", "/run/host-nvidia/0/libcuda.so.535.1")],
        ["/dev/nvidia0", "/dev/nvidia1"],
        ["/dev/nvidiactl", "/dev/nvidia-uvm"]);

    [Fact]
    public void For_Library_IsALinkWhereTheLinkerLooks()
    {
        var link = Assert.Single(NvidiaFiles.For(Driver, _ => false), f => f.LinkTarget is not null);

        Assert.Equal(("/usr/lib/x86_64-linux-gnu/libcuda.so.1", "/run/host-nvidia/0/libcuda.so.535.1"), (link.Path, link.LinkTarget));
    }

    [Fact]
    public void For_LibraryThatTheImageBrings_StaysTheImages() =>
        Assert.DoesNotContain(NvidiaFiles.For(Driver, p => p == "/usr/lib/x86_64-linux-gnu/libcuda.so.1"), f => f.LinkTarget is not null);

    [Fact]
    public void For_Specification_IsWhereContainerdLooks()
    {
        Assert.Contains(NvidiaFiles.For(Driver, _ => false), f => f.Path == "/etc/cdi/nvidia.json");
        Assert.Contains(
            "  enable_cdi = true\n  cdi_spec_dirs = [\"/etc/cdi\", \"/run/cdi\"]\n",
            ContainerdConfiguration.Render(true, "/opt/cni/bin", restrictOomScoreAdj: false, containerDevices: true),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Render_Containerd_KnowsNothingOfDevicesWithoutAGpu() =>
        Assert.DoesNotContain("cdi", ContainerdConfiguration.Render(true, "/opt/cni/bin", restrictOomScoreAdj: false), StringComparison.Ordinal);

    [Fact]
    public void Render_Specification_HasTheFormOfCdi05()
    {
        using var spec = JsonDocument.Parse(CdiSpec.Render(Driver));
        var root = spec.RootElement;

        Assert.Equal("0.5.0", root.GetProperty("cdiVersion").GetString());
        Assert.Equal("nvidia.com/gpu", root.GetProperty("kind").GetString());
        Assert.Equal(["0", "1", "all"], root.GetProperty("devices").EnumerateArray().Select(d => d.GetProperty("name").GetString()));
        Assert.Equal(["/dev/nvidia1"], Nodes(root.GetProperty("devices")[1]));
        Assert.Equal(["/dev/nvidia0", "/dev/nvidia1"], Nodes(root.GetProperty("devices")[2]));
        Assert.Equal(["/dev/nvidiactl", "/dev/nvidia-uvm"], Nodes(root));
    }

    [Fact]
    public void Render_Library_IsMountedReadOnlyUnderTheNameThatProgramsAskFor()
    {
        using var spec = JsonDocument.Parse(CdiSpec.Render(Driver));

        var mounts = spec.RootElement.GetProperty("containerEdits").GetProperty("mounts").EnumerateArray().ToList();

        Assert.Equal(
            ["/usr/lib/x86_64-linux-gnu/libcuda.so.1", "/usr/lib64/libcuda.so.1"],
            mounts.Select(m => m.GetProperty("containerPath").GetString()));
        Assert.All(mounts, m => Assert.Equal("/run/host-nvidia/0/libcuda.so.535.1", m.GetProperty("hostPath").GetString()));
        Assert.All(mounts, m => Assert.Contains("ro", m.GetProperty("options").EnumerateArray().Select(o => o.GetString())));
    }

    [Fact]
    public async Task PrepareAsync_HostWithAGpu_MachineHasBindsLinksAndSpecification()
    {
        await using var scene = new MachinesScene();
        scene.Root.Write("/dev/nvidia0", "");
        scene.Root.Write("/dev/nvidiactl", "");
        scene.Root.Write("/usr/lib/x86_64-linux-gnu/libcuda.so.1", "");
        await File.WriteAllBytesAsync(scene.Root.Write("/etc/ld.so.cache", ""), CacheFile.Of(("libcuda.so.1", "/usr/lib/x86_64-linux-gnu/libcuda.so.1")));

        await scene.Slots.PrepareAsync(Targets.One, scene.Image("v1", "1.20.2"), scene.Progress, default);

        var root = scene.Paths.MachineRoot(Targets.One);
        Assert.Contains("BindReadOnly=/usr/lib/x86_64-linux-gnu:/run/host-nvidia/0\n", await File.ReadAllTextAsync(scene.Paths.NspawnFile(Targets.One)), StringComparison.Ordinal);
        Assert.Contains("DeviceAllow=/dev/nvidiactl rwm\n", await File.ReadAllTextAsync(scene.Paths.DropIn(Targets.One)), StringComparison.Ordinal);
        Assert.Equal("/run/host-nvidia/0/libcuda.so.1", new FileInfo(root + "/usr/lib/x86_64-linux-gnu/libcuda.so.1").LinkTarget);
        Assert.True(File.Exists(root + NvidiaFiles.Specification));
        Assert.Contains("enable_cdi = true", await File.ReadAllTextAsync(root + "/etc/containerd/config.toml"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task PrepareAsync_HostWithoutAGpu_MachineHasNothingOfIt()
    {
        await using var scene = new MachinesScene();

        await scene.Slots.PrepareAsync(Targets.One, scene.Image("v1", "1.20.2"), scene.Progress, default);

        Assert.False(Directory.Exists(scene.Paths.MachineRoot(Targets.One) + "/etc/cdi"));
        Assert.DoesNotContain("nvidia", await File.ReadAllTextAsync(scene.Paths.NspawnFile(Targets.One)), StringComparison.Ordinal);
    }

    private static IEnumerable<string?> Nodes(JsonElement element) =>
        element.GetProperty("containerEdits").GetProperty("deviceNodes").EnumerateArray().Select(n => n.GetProperty("path").GetString());
}
