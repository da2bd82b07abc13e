using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.Processes;
using Unbounded.Agent.Machines.HostPreparation.Packages;
using Unbounded.Agent.Machines.Tests.Support;

namespace Unbounded.Agent.Machines.Tests.HostPreparation.Packages;

public sealed class DnfPackagesTests : IDisposable
{
    private readonly TemporaryRoot _root = new();
    private readonly ScriptedProcesses _processes = new();
    private readonly DnfPackages _dnf;

    public DnfPackagesTests() => _dnf = new DnfPackages(_processes, _root.Path);

    public void Dispose() => _root.Dispose();

    [Fact]
    public async Task Plan_InstalledOnes_AreLeftOut()
    {
        _processes.On("systemd-container", new ProcessResult(1, "", ""));
        _processes.On("libzstd", new ProcessResult(0, "", ""));
        Assert.Equal(["systemd-container"], await _dnf.PlanAsync(["systemd-container", "libzstd"], CancellationToken.None));
    }

    [Fact]
    public async Task Install_Failing_SaysWhatDnfSaid()
    {
        _processes.On("install", new ProcessResult(1, "", "Error: Unable to find a match: systemd-container"));
        var error = await Assert.ThrowsAsync<AgentException>(() => _dnf.InstallAsync(["systemd-container"], new AptPackagesTests.WarningList(), CancellationToken.None));
        Assert.Contains("Unable to find a match", error.Why, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public async Task Remove_NeededByOthers_IsNotDone(int test, bool removes)
    {
        _processes.On("--test", new ProcessResult(test, "", ""));
        _processes.On("remove", new ProcessResult(0, "", ""));
        Assert.Equal(removes, await _dnf.TryRemoveAsync(["systemd-container"], CancellationToken.None));
        Assert.Equal(removes, _processes.Verbs.Contains("remove"));
    }

    [Fact]
    public async Task NoManager_Missing_IsToldButNotBrought()
    {
        var none = new NoPackages(_root.Path);
        Assert.Contains("systemd-container", await none.MissingAsync(CancellationToken.None));
        var error = await Assert.ThrowsAsync<AgentException>(() => none.PlanAsync(["systemd-container"], CancellationToken.None));
        Assert.Equal(MachinesErrors.PackagesNotInstalled, error.Code);
    }
}
