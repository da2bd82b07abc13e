using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Machines.Gpu;
using Unbounded.Agent.Machines.Settings;
using Unbounded.Agent.Machines.Tests.Support;

namespace Unbounded.Agent.Machines.Tests.Gpu;

public sealed class NvidiaFinderTests : IDisposable
{
    private const string Libraries = "/usr/lib/x86_64-linux-gnu";
    private readonly TemporaryRoot _root = new();

    public void Dispose() => _root.Dispose();

    [Fact]
    public void Find_NoGpu_IsNullAndTheCacheIsNotEvenRead()
    {
        _root.Write("/etc/ld.so.cache", "garbage");

        Assert.Null(NvidiaFinder.Find(_root.Path));
    }

    [Fact]
    public void Find_GpuWithoutADriversLibraries_IsNull()
    {
        Gpu();
        Cache(("libc.so.6", $"{Libraries}/libc.so.6"));

        Assert.Null(NvidiaFinder.Find(_root.Path));
    }

    [Fact]
    public void Find_GpuWithoutACache_IsNull()
    {
        Gpu();

        Assert.Null(NvidiaFinder.Find(_root.Path));
    }

    [Fact]
    public void Find_GpuAndDamagedCache_IsACodedError()
    {
        Gpu();
        _root.Write("/etc/ld.so.cache", "garbage");

        Assert.Equal(MachinesErrors.LinkerCacheUnreadable, Assert.Throws<AgentException>(() => NvidiaFinder.Find(_root.Path)).Code);
    }

    [Fact]
    public void Find_InstalledDriver_IsFoundWithEverythingItNeeds()
    {
        Gpu();
        _root.Write("/dev/nvidia1", "");
        _root.Write("/dev/nvidia10", "");
        _root.Write("/dev/nvidia-uvm", "");
        Library("libcuda.so.1", "libcuda.so.535.1");
        Library("libnvidia-ml.so.1", "libnvidia-ml.so.535.1");
        Cache(
            ("libc.so.6", $"{Libraries}/libc.so.6"),
            ("libcuda.so.1", $"{Libraries}/libcuda.so.1"),
            ("libnvidia-ml.so.1", $"{Libraries}/libnvidia-ml.so.1"));

        var driver = NvidiaFinder.Find(_root.Path)!;

        Assert.Equal([Libraries], driver.Directories);
        Assert.Equal(
            [
                new DriverLibrary("libcuda.so.1", $"{Libraries}/libcuda.so.1", "/run/host-nvidia/0/libcuda.so.535.1"),
                new DriverLibrary("libnvidia-ml.so.1", $"{Libraries}/libnvidia-ml.so.1", "/run/host-nvidia/0/libnvidia-ml.so.535.1"),
            ],
            driver.Libraries);
        Assert.Equal(["/dev/nvidia0", "/dev/nvidia1", "/dev/nvidia10"], driver.Gpus);
        Assert.Equal(["/dev/nvidiactl", "/dev/nvidia-uvm"], driver.Controls);
    }

    [Fact]
    public void Find_DebiansAlternatives_AreFollowedToTheVersionInUse()
    {
        Gpu();
        _root.Write($"{Libraries}/nvidia/current/libcuda.so.535.1", "");
        Link($"{Libraries}/nvidia/current/libcuda.so.1", "libcuda.so.535.1");
        Link("/etc/alternatives/nvidia--libcuda.so.1", $"{Libraries}/nvidia/current/libcuda.so.1");
        Link($"{Libraries}/libcuda.so.1", "/etc/alternatives/nvidia--libcuda.so.1");
        Cache(("libcuda.so.1", $"{Libraries}/libcuda.so.1"));

        var driver = NvidiaFinder.Find(_root.Path)!;

        Assert.Equal([$"{Libraries}/nvidia/current"], driver.Directories);
        Assert.Equal("/run/host-nvidia/0/libcuda.so.535.1", driver.Libraries[0].FilePath);
        Assert.Equal($"{Libraries}/libcuda.so.1", driver.Libraries[0].LinkPath);
    }

    [Fact]
    public void Find_TwoDirectories_EachIsBoundOnce()
    {
        Gpu();
        Library("libcuda.so.1", "libcuda.so.535.1");
        Library("libnvidia-ml.so.1", "libnvidia-ml.so.535.1");
        _root.Write("/opt/nvidia/lib/libnvidia-ptxjitcompiler.so.1", "");
        Cache(
            ("libcuda.so.1", $"{Libraries}/libcuda.so.1"),
            ("libnvidia-ptxjitcompiler.so.1", "/opt/nvidia/lib/libnvidia-ptxjitcompiler.so.1"),
            ("libnvidia-ml.so.1", $"{Libraries}/libnvidia-ml.so.1"));

        var driver = NvidiaFinder.Find(_root.Path)!;

        Assert.Equal([Libraries, "/opt/nvidia/lib"], driver.Directories);
        Assert.Equal(["0", "1", "0"], driver.Libraries.Select(l => l.FilePath.Split('/')[3]));
    }

    [Fact]
    public void Find_LibraryThatIsGone_IsLeftOut()
    {
        Gpu();
        Library("libcuda.so.1", "libcuda.so.535.1");
        Cache(("libnvidia-gone.so.1", $"{Libraries}/libnvidia-gone.so.1"), ("libcuda.so.1", $"{Libraries}/libcuda.so.1"));

        Assert.Equal(["libcuda.so.1"], NvidiaFinder.Find(_root.Path)!.Libraries.Select(l => l.Name));
    }

    [Theory]
    [InlineData("libcuda.so.1", "relative/libcuda.so.1")]
    [InlineData("libcuda.so.1", "/usr/lib/../../etc/libcuda.so.1")]
    [InlineData("libcuda.so.1", "/usr/lib/another-name")]
    [InlineData("libcuda.so.1\nBind=/etc", "/usr/lib/libcuda.so.1\nBind=/etc")]
    [InlineData("libcuda.so.1 x", "/usr/lib/libcuda.so.1 x")]
    [InlineData("libcuda.so:1", "/usr/lib/libcuda.so:1")]
    public void Law16_Find_NameThatNoPackageHas_DoesNotGetIntoSettings(string name, string path)
    {
        Gpu();
        Directory.CreateDirectory(_root.Path + "/usr/lib");
        Cache((name, path));

        Assert.Null(NvidiaFinder.Find(_root.Path));
    }

    [Fact]
    public void Find_LoopOfLinks_IsLeftOut()
    {
        Gpu();
        Link($"{Libraries}/libcuda.so.1", $"{Libraries}/libcuda.so");
        Link($"{Libraries}/libcuda.so", $"{Libraries}/libcuda.so.1");
        Cache(("libcuda.so.1", $"{Libraries}/libcuda.so.1"));

        Assert.Null(NvidiaFinder.Find(_root.Path));
    }

    [Fact]
    public void For_Driver_ItsDirectoriesAreBoundReadOnlyAndMayBeMissing()
    {
        Gpu();
        Library("libcuda.so.1", "libcuda.so.535.1");
        Cache(("libcuda.so.1", $"{Libraries}/libcuda.so.1"));

        var binds = HostBinds.For(Targets.One, Configs.Standalone(), _root.Paths, NvidiaFinder.Find(_root.Path));

        Assert.Contains(new HostBind(Libraries, "/run/host-nvidia/0", ReadOnly: true, Optional: true), binds);
        Assert.Contains(new HostBind("/dev/nvidia0", "/dev/nvidia0", IsDevice: true), binds);
    }

    private void Gpu()
    {
        _root.Write("/dev/nvidia0", "");
        _root.Write("/dev/nvidiactl", "");
        _root.Write("/dev/nvidia-caps/nvidia-cap1", "");
    }

    private void Library(string name, string file)
    {
        _root.Write($"{Libraries}/{file}", "");
        Link($"{Libraries}/{name}", file);
    }

    private void Link(string path, string target)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_root.Path + path)!);
        File.CreateSymbolicLink(_root.Path + path, target);
    }

    private void Cache(params (string Name, string Path)[] libraries) =>
        File.WriteAllBytes(_root.Write("/etc/ld.so.cache", ""), CacheFile.Of(libraries));
}
