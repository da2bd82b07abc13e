using System.Text;
using Unbounded.Agent.Core.Configuration;
using Unbounded.Agent.Kubernetes.Resources;
using Unbounded.Agent.Tests.Support;
using Unbounded.Agent.Wishing;

namespace Unbounded.Agent.Tests.Wishing;

public sealed class IdleFieldsTests
{
    [Fact]
    public void Of_AnOrdinaryConfiguration_IsNothing() => Assert.Empty(IdleFields.Of(Config("")));

    [Theory]
    [InlineData("\"CRI\": { \"Containerd\": { \"Version\": \"2.0.4\" } }", "$.CRI.Containerd.Version", "containerd of the node image")]
    [InlineData("\"CRI\": { \"Runc\": { \"Version\": \"1.2.6\" } }", "$.CRI.Runc.Version", "runc of the node image")]
    [InlineData("\"CNI\": { \"PluginVersion\": \"1.6.2\" }", "$.CNI.PluginVersion", "CNI plugins of the node image")]
    [InlineData("\"Downloads\": { \"Runc\": { \"URL\": \"https://mirror.example/runc\" } }", "$.Downloads", "no effect")]
    [InlineData("\"OfflineArtifacts\": { \"Source\": \"/srv/artifacts\" }", "$.OfflineArtifacts", "no effect")]
    public void Of_AConfiguration_NamesWhatHasNoEffect(string member, string path, string says)
    {
        var warning = Assert.Single(IdleFields.Of(Config(member)));

        Assert.Equal(path, warning.Path);
        Assert.Contains(says, warning.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_AnOrdinaryMachine_IsNothing() =>
        Assert.Empty(Of("  agent:\n    image: dir:///srv/node\n  update:\n    strategy: Manual\n    healthGate:\n      systemPods: 1m\n    drain:\n      enabled: true\n      timeout: 1m\n      podGrace: 5s\n"));

    [Theory]
    [InlineData("  agent:\n    version: v0.2.0\n", "$.spec.agent.version", "does not replace itself")]
    [InlineData("  agent:\n    baseURL: https://releases.example/\n", "$.spec.agent.baseURL", "does not replace itself")]
    [InlineData("  agent:\n    url: https://releases.example/a.tar\n", "$.spec.agent.url", "does not replace itself")]
    [InlineData("  agent:\n    downloads:\n      runc:\n        version: 1.2.6\n", "$.spec.agent.downloads", "node image alone")]
    public void Of_AMachine_NamesWhatHasNoEffect(string spec, string path, string says)
    {
        var warning = Assert.Single(Of(spec));

        Assert.Equal(path, warning.Path);
        Assert.Contains(says, warning.Message, StringComparison.Ordinal);
    }

    private static AgentConfig Config(string member) =>
        AgentConfigParser.Parse(Encoding.UTF8.GetBytes(member.Length == 0 ? Host.Config : Host.Config.Replace("\"Kubelet\"", member + ", \"Kubelet\"", StringComparison.Ordinal))).Config;

    private static IEnumerable<Core.Errors.ErrorDetail> Of(string spec) =>
        IdleFields.Of(MachineFile.Parse(Encoding.UTF8.GetBytes(Host.Machine("1.31.0", spec))).Machine.Spec);
}
