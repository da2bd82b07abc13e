using Unbounded.Agent.Cli;
using Unbounded.Agent.Tests.Support;

namespace Unbounded.Agent.Tests.Commands.Manifests;

public sealed class ManifestsCommandTests
{
    private readonly RecordedTerminal _terminal = new();

    [Fact]
    public async Task Run_Alone_PrintsTheKind()
    {
        Assert.Equal(ExitCode.Success, await CommandLine.RunAsync(["manifests"], _terminal.Terminal));

        Assert.StartsWith("apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n", _terminal.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_WithAMachine_PrintsItsRights()
    {
        Assert.Equal(ExitCode.Success, await CommandLine.RunAsync(["manifests", "--machine", "edge-7"], _terminal.Terminal));

        Assert.Contains("kind: ClusterRoleBinding", _terminal.Out, StringComparison.Ordinal);
        Assert.Contains("unbounded:machine:edge-7", _terminal.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_WithAMachineThatDrains_PrintsThoseRightsToo()
    {
        Assert.Equal(ExitCode.Success, await CommandLine.RunAsync(["manifests", "--machine", "edge-7", "--drain"], _terminal.Terminal));

        Assert.Contains("pods/eviction", _terminal.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_WithAServerOfUpdates_PrintsWhatUpdatesAHost()
    {
        Assert.Equal(ExitCode.Success, await CommandLine.RunAsync(["manifests", "--updates", "https://updates.example/os/", "--channel", "beta", "--image", "example.org/tools:1"], _terminal.Terminal));

        Assert.Contains("kind: CronJob", _terminal.Out, StringComparison.Ordinal);
        Assert.Contains("example.org/tools:1", _terminal.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_WithNodesThatAreUpdated_PrintsWhatRunsThere()
    {
        Assert.Equal(ExitCode.Success, await CommandLine.RunAsync(["manifests", "--updates", "https://updates.example/os/", "--node", "n1", "--node", "n2"], _terminal.Terminal));

        Assert.Contains("name: unbounded-update-n1\n", _terminal.Out, StringComparison.Ordinal);
        Assert.Contains("name: unbounded-update-n2\n", _terminal.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_WithAMachineOnANode_PrintsItsRightsThere()
    {
        Assert.Equal(ExitCode.Success, await CommandLine.RunAsync(["manifests", "--machine", "edge-7", "--node", "n7"], _terminal.Terminal));

        Assert.Contains("n7", _terminal.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_WithAMachineOnSeveralNodes_IsRefused()
    {
        Assert.Equal(ExitCode.Of(Core.Errors.ErrorKind.Usage), await CommandLine.RunAsync(["manifests", "--machine", "edge-7", "--node", "n7", "--node", "n8"], _terminal.Terminal));

        Assert.Empty(_terminal.Out);
        Assert.Contains("UBA-6002", _terminal.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_WithWhatIsNoName_IsRefused()
    {
        Assert.Equal(ExitCode.Of(Core.Errors.ErrorKind.InvalidInput), await CommandLine.RunAsync(["manifests", "--machine", "No Name"], _terminal.Terminal));

        Assert.Empty(_terminal.Out);
    }
}
