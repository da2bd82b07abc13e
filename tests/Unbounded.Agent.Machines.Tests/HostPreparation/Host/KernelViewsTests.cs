using Unbounded.Agent.Machines.HostPreparation.Host;
using Unbounded.Agent.Machines.Tests.HostPreparation.Simulation;
using Unbounded.Agent.Machines.Tests.Support;
using static Unbounded.Agent.Linux.Tests.Network.NetworkNamespace;

namespace Unbounded.Agent.Machines.Tests.HostPreparation.Host;

/// <summary>Sysctls, swap and modules as the kernel shows them.</summary>
public sealed class KernelViewsTests : IDisposable
{
    private readonly TemporaryRoot _root = new();

    public void Dispose() => _root.Dispose();

    [Fact]
    public async Task Sysctls_ReadAndWrite_AreTrimmedAndWhole()
    {
        var path = _root.Write("/proc/sys/vm/overcommit_memory", "0\n");
        var sysctls = new Sysctls(_root.Path);
        Assert.Equal("0", await sysctls.ReadAsync("vm/overcommit_memory", CancellationToken.None));
        Assert.True(await sysctls.TryWriteAsync("vm/overcommit_memory", "1", CancellationToken.None));
        Assert.Equal("1\n", await File.ReadAllTextAsync(path));
    }

    [Fact]
    public async Task Sysctls_MissingOrRefused_IsNullAndFalse()
    {
        var real = new Sysctls("/");
        Assert.Null(await real.ReadAsync("vm/no_such_parameter", CancellationToken.None));
        Assert.False(await real.TryWriteAsync("vm/no_such_parameter", "1", CancellationToken.None));
        Assert.False(await real.TryWriteAsync("kernel/osrelease", "1", CancellationToken.None));
    }

    [Fact]
    public async Task Sysctls_Interfaces_AreThoseOfTheKernel()
    {
        var names = await new Sysctls("/").InterfacesAsync(CancellationToken.None);
        Assert.Superset(new HashSet<string>(StringComparer.Ordinal) { "all", "default", "lo" }, names.ToHashSet(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("0", "1")]
    [InlineData("1", "0")]
    public void SimulatedSysctls_IpForwardChanged_DoToOthersWhatTheKernelDoes(string from, string to) => Run(() =>
    {
        Command("ip", "link", "add", "eth1", "type", "bridge");
        const string conf = "/proc/sys/net/ipv4/conf";
        File.WriteAllText("/proc/sys/net/ipv4/ip_forward", from);
        File.WriteAllText($"{conf}/eth1/forwarding", to);
        File.WriteAllText($"{conf}/all/accept_redirects", from == "0" ? "0" : "1");
        File.WriteAllText($"{conf}/default/accept_redirects", "1");
        var simulated = new SimulatedSysctls(new PowerSupply());
        string[] names = ["net/ipv4/ip_forward", "net/ipv4/conf/all/accept_redirects", "net/ipv4/conf/default/accept_redirects", "net/ipv4/conf/all/forwarding", "net/ipv4/conf/default/forwarding", "net/ipv4/conf/eth1/forwarding", "net/ipv4/conf/lo/forwarding"];
        foreach (var name in names)
            simulated.Values[name] = File.ReadAllText("/proc/sys/" + name).Trim();

        File.WriteAllText("/proc/sys/net/ipv4/ip_forward", to);
        Assert.True(simulated.TryWriteAsync("net/ipv4/ip_forward", to, CancellationToken.None).Result);
        foreach (var name in names)
            Assert.Equal((name, File.ReadAllText("/proc/sys/" + name).Trim()), (name, simulated.Values[name]));
    });

    [Fact]
    public void Swaps_ListOfTheKernel_IsParsedWithItsEscapes()
    {
        var areas = Swaps.Parse(["Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority", "/dev/sda2                               partition\t8388604\t\t0\t\t-2", "/mnt/a\\040b\\134c file\t1048572\t0\t5", "garbage"]);
        Assert.Equal([new SwapArea("/dev/sda2", -2), new SwapArea("/mnt/a b\\c", 5)], areas);
    }

    [Fact]
    public async Task Swaps_RealSwapFile_GoesOnAndOffAndIsListed()
    {
        var file = Path.Combine("/var/tmp", $"unbounded-swap-{Guid.NewGuid():N}");
        var swaps = new Swaps("/");
        try
        {
            await File.WriteAllBytesAsync(file, new byte[1024 * 1024]);
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            Command("/usr/sbin/mkswap", file);
            await swaps.OnAsync(file, 3, CancellationToken.None);
            Assert.Contains(new SwapArea(file, 3), await swaps.ListAsync(CancellationToken.None));
            await swaps.OffAsync(file, CancellationToken.None);
            Assert.DoesNotContain(await swaps.ListAsync(CancellationToken.None), a => a.Path == file);
        }
        finally
        {
            await swaps.OffAsync(file, CancellationToken.None);
            File.Delete(file);
        }
    }

    [Fact]
    public async Task Swaps_KernelWithoutSwap_IsEmpty() => Assert.Empty(await new Swaps(_root.Path).ListAsync(CancellationToken.None));

    [Fact]
    public async Task Modules_LoadedBuiltInAndMissing_AreTold()
    {
        var modules = new KernelModules(_root.Path);
        Assert.False(await modules.IsPresentAsync("overlay", CancellationToken.None));
        _root.Write("/proc/filesystems", "nodev\tsysfs\n\text4\nnodev\toverlay\n");
        Assert.True(await modules.IsPresentAsync("overlay", CancellationToken.None));
        Assert.False(await modules.IsPresentAsync("br_netfilter", CancellationToken.None));
        Directory.CreateDirectory(_root.Path + "/sys/module/br_netfilter");
        Assert.True(await modules.IsPresentAsync("br_netfilter", CancellationToken.None));
    }

    [Fact]
    public async Task Modules_UnloadingWhatIsNotLoaded_IsRefusedByTheKernel() =>
        Assert.False(await new KernelModules("/").TryUnloadAsync("unbounded_no_such_module", CancellationToken.None));
}
