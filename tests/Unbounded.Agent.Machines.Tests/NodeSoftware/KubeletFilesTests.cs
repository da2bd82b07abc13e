using Unbounded.Agent.Core.Configuration;
using Unbounded.Agent.Machines.Layout;
using Unbounded.Agent.Machines.NodeSoftware;
using Unbounded.Agent.Machines.Tests.Support;

namespace Unbounded.Agent.Machines.Tests.NodeSoftware;

public class KubeletFilesTests
{
    [Fact]
    public void For_Always_HasTheUnitAndItsDropIns() =>
        Assert.Equal(
            [
                "/etc/systemd/system/kubelet.service",
                "/etc/systemd/system/kubelet.service.d/10-kubeconfig.conf",
                "/etc/systemd/system/kubelet.service.d/20-node-config.conf",
                "/etc/systemd/system/kubelet.service.d/50-env-file.conf",
            ],
            Files(Configs.Joined()).Select(f => f.Path));

    [Theory]
    [InlineData("1.20.2", "--container-runtime=remote --container-runtime-endpoint=unix:///run/containerd/containerd.sock")]
    [InlineData("1.24.0", "kubelet-config.yaml --container-runtime-endpoint=unix:///run/containerd/containerd.sock")]
    [InlineData("1.27.3", "kubelet-config.yaml --cert-dir=")]
    public void For_Version_UsesFlagsThatItKnows(string version, string expected) =>
        Assert.Contains(expected, Content(Configs.Standalone(version), "kubelet.service"));

    [Fact]
    public void For_Joined_StartsAfterContainerd()
    {
        var unit = Content(Configs.Joined(), "kubelet.service");

        Assert.Contains("Requires=containerd.service\n", unit);
        Assert.Contains("After=containerd.service\n", unit);
        Assert.Contains("ExecStart=/usr/local/bin/kubelet ", unit);
        // What its start job ends well for is a kubelet, not a fork that is still to become one.
        Assert.Contains("Type=exec\n", unit);
    }

    [Fact]
    public void For_BootstrapToken_NamesBothKubeconfigsButNotTheToken()
    {
        var dropIn = Content(Configs.Joined(), "10-kubeconfig.conf");

        Assert.Contains("--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf --kubeconfig=/var/lib/kubelet/kubeconfig", dropIn);
        Assert.DoesNotContain("0123456789abcdef", dropIn);
    }

    [Fact]
    public void For_Standalone_HasNoKubeconfig() =>
        Assert.DoesNotContain("--kubeconfig", Content(Configs.Standalone(), "10-kubeconfig.conf"));

    [Fact]
    public void NodeConfig_LabelsAndTaints_AreInOrder() =>
        Assert.Equal(
            "[Service]\nEnvironment=\"KUBELET_NODE=--hostname-override=node-1 --node-ip=192.0.2.7 --node-labels=disk=ssd,zone=b --register-with-taints=dedicated=edge:NoSchedule\"\n",
            KubeletFiles.NodeConfig(Configs.Joined().Kubelet, "node-1"));

    private static IReadOnlyList<RootFile> Files(AgentConfig config) => [.. KubeletFiles.For(config, "node-1", "/usr/local/bin/kubelet")];

    private static string Content(AgentConfig config, string name) => Files(config).Single(f => f.Path.EndsWith('/' + name, StringComparison.Ordinal)).Content!;
}
