using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.Swap;
using static Unbounded.Agent.Linux.Tests.Network.NetworkNamespace;

namespace Unbounded.Agent.Linux.Tests.Swap;

/// <summary>A real swap file on a real kernel. Needs root, CAP_SYS_ADMIN and util-linux.</summary>
public sealed class SwapCallsTests : IDisposable
{
    private readonly string _file = Path.Combine("/var/tmp", $"unbounded-swap-{Guid.NewGuid():N}");

    public SwapCallsTests()
    {
        using (var file = new FileStream(_file, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite }))
            file.Write(new byte[1024 * 1024]);
        Command("/usr/sbin/mkswap", _file);
    }

    [Fact]
    public void OnAndOff_WithAPriority_AreInProcSwaps()
    {
        SwapCalls.On(_file, 42);
        Assert.Equal("42", Line()!.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[^1]);
        SwapCalls.Off(_file);
        Assert.Null(Line());
    }

    [Fact]
    public void OnAndOff_Twice_AreNoErrors()
    {
        SwapCalls.On(_file, -1);
        SwapCalls.On(_file, -1);
        SwapCalls.Off(_file);
        SwapCalls.Off(_file);
        Assert.Null(Line());
    }

    [Fact]
    public void On_FileWithoutASwapArea_IsRefused()
    {
        File.WriteAllBytes(_file, new byte[1024 * 1024]);
        var error = Assert.Throws<AgentException>(() => SwapCalls.On(_file, 0));
        Assert.Equal(LinuxErrors.SwapRefused, error.Code);
        Assert.Contains(_file, error.What, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        SwapCalls.Off(_file);
        File.Delete(_file);
    }

    private string? Line() => File.ReadAllLines("/proc/swaps").FirstOrDefault(l => l.StartsWith(_file, StringComparison.Ordinal));
}
