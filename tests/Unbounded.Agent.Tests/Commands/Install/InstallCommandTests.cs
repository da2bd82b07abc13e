using Unbounded.Agent.Cli;
using Unbounded.Agent.Tests.Support;

namespace Unbounded.Agent.Tests.Commands.Install;

/// <summary>What is wrong with its input is found before the host is touched: each of these ends before anything is opened but the file that it names.</summary>
public sealed class InstallCommandTests : IDisposable
{
    private readonly Host _host = new();
    private readonly RecordedTerminal _terminal = new();

    public void Dispose() => _host.Dispose();

    [Theory]
    [InlineData("{", "UBA-1102")]
    [InlineData("""{ "MachineName": "Edge 1", "Cluster": { "Version": "1.30.1" }, "Kubelet": {} }""", "UBA-1101")]
    public async Task Install_AConfigurationThatIsWrong_IsRefused(string config, string code)
    {
        Host.Write(_host.Paths.ConfigFile, config);

        Assert.Equal(3, await RunAsync("--config", _host.Paths.ConfigFile));

        Assert.Contains($"[{code}]", _terminal.Error, StringComparison.Ordinal);
        Assert.Empty(_terminal.Out);
    }

    [Fact]
    public async Task Install_AMachineThatIsWrong_IsRefusedWithItsPlace()
    {
        Host.Write(_host.Paths.ConfigFile, Host.Config);
        Host.Write(_host.Paths.MachineFile, Host.Machine("1.31.0", "  update:\n    strategy: Sometimes\n"));

        Assert.Equal(3, await RunAsync("--config", _host.Paths.ConfigFile, "--machine", _host.Paths.MachineFile));

        Assert.Contains("$.spec.update.strategy", _terminal.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Install_AFileThatIsNotThere_IsNamed()
    {
        Assert.NotEqual(0, await RunAsync("--config", _host.Paths.ConfigFile + ".missing"));

        Assert.Contains(_host.Paths.ConfigFile + ".missing", _terminal.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("UBA-6001", _terminal.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Install_AFileThatIsEndless_IsRefused()
    {
        Assert.NotEqual(0, await RunAsync("--config", "/dev/zero"));

        Assert.Contains("/dev/zero", _terminal.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("UBA-6001", _terminal.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Law16_Install_AWrongConfigurationWithAToken_DoesNotShowIt()
    {
        Host.Write(_host.Paths.ConfigFile, """{ "MachineName": "edge-1", "Cluster": {}, "Kubelet": { "Auth": { "BootstrapToken": "abcdef.0123456789abcdef" } }, "abcdef.0123456789abcdef": 1 }""");

        Assert.Equal(3, await RunAsync("--config", _host.Paths.ConfigFile, "--debug"));

        Assert.DoesNotContain("0123456789abcdef", _terminal.Error, StringComparison.Ordinal);
    }

    private Task<int> RunAsync(params string[] options) => CommandLine.RunAsync(["install", "--dry-run", .. options], _terminal.Terminal);
}
