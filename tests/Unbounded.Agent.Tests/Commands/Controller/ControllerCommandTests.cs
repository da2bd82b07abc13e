using Unbounded.Agent.Cli;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Kubernetes;
using Unbounded.Agent.Tests.Support;

namespace Unbounded.Agent.Tests.Commands.Controller;

public sealed class ControllerCommandTests
{
    private readonly RecordedTerminal _terminal = new();

    [Fact]
    public async Task Manifests_Alone_PrintTheRightsInTheUsualNamespace()
    {
        Assert.Equal(ExitCode.Success, await CommandLine.RunAsync(["controller", "manifests"], _terminal.Terminal));

        Assert.StartsWith("apiVersion: v1\nkind: Namespace\nmetadata:\n  name: unbounded-system\n", _terminal.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("Deployment", _terminal.Out, StringComparison.Ordinal);
        Assert.Contains("namespace: kube-system", _terminal.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Manifests_WithEverything_PrintWhatWasAskedFor()
    {
        Assert.Equal(
            ExitCode.Success,
            await CommandLine.RunAsync(["controller", "manifests", "--namespace", "fleet", "--image", "example.org/agent:1", "--no-secrets"], _terminal.Terminal));

        Assert.Contains("kind: Deployment", _terminal.Out, StringComparison.Ordinal);
        Assert.Contains("example.org/agent:1", _terminal.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("kube-system", _terminal.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("unbounded-system", _terminal.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--image", "not an image")]
    [InlineData("--namespace", "No.Namespace")]
    public async Task Manifests_OfWhatCantBe_AreRefused(params string[] option)
    {
        Assert.Equal(ExitCode.Of(ErrorKind.InvalidInput), await CommandLine.RunAsync(["controller", "manifests", .. option], _terminal.Terminal));

        Assert.Empty(_terminal.Out);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("100000")]
    public async Task Run_ALeaseThatCantBe_IsRefused(string seconds)
    {
        using var file = await KubeconfigAsync();

        Assert.Equal(ExitCode.Of(ErrorKind.InvalidInput), await CommandLine.RunAsync(["controller", "--kubeconfig", file.Path, "--lease-duration", seconds], _terminal.Terminal));
    }

    [Fact]
    public async Task Run_WithoutAKubeconfig_IsForAPod()
    {
        // No test runs in a pod's environment.
        Assert.Equal(ExitCode.Of(ErrorKind.InvalidInput), await CommandLine.RunAsync(["controller"], _terminal.Terminal));

        Assert.Contains(KubernetesErrors.KubeconfigInvalid.Id, _terminal.Error, StringComparison.Ordinal);
        Assert.Contains("name a kubeconfig", _terminal.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_AKubeconfigThatIsNotThere_SaysSo()
    {
        Assert.NotEqual(ExitCode.Success, await CommandLine.RunAsync(["controller", "--kubeconfig", "/nonexistent/kubeconfig"], _terminal.Terminal));

        Assert.Contains("/nonexistent/kubeconfig", _terminal.Error, StringComparison.Ordinal);
    }

    private static async Task<TempFile> KubeconfigAsync()
    {
        var file = new TempFile();
        await File.WriteAllTextAsync(
            file.Path,
            """
            apiVersion: v1
            kind: Config
            clusters: [{name: test, cluster: {server: "https://127.0.0.1:1"}}]
            contexts: [{name: test, context: {cluster: test, user: test}}]
            current-context: test
            users: [{name: test, user: {token: "x"}}]
            """);
        return file;
    }

    private sealed class TempFile : IDisposable
    {
        private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("unbounded-test-");

        public string Path => System.IO.Path.Combine(_directory.FullName, "kubeconfig");

        public void Dispose() => _directory.Delete(recursive: true);
    }
}
