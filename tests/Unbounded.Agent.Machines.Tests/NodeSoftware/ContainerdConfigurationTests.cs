using Unbounded.Agent.Machines.NodeSoftware;

namespace Unbounded.Agent.Machines.Tests.NodeSoftware;

public class ContainerdConfigurationTests
{
    [Theory]
    [InlineData(true, "SystemdCgroup = true")]
    [InlineData(false, "SystemdCgroup = false")]
    public void Render_CgroupDriver_IsTheKubelets(bool systemd, string expected) =>
        Assert.Contains(expected, ContainerdConfiguration.Render(systemd, "/opt/cni/bin", restrictOomScoreAdj: false));

    [Fact]
    public void Render_HostWithoutSysResource_RestrictsOomScores() =>
        Assert.Contains("restrict_oom_score_adj = true", ContainerdConfiguration.Render(true, "/opt/cni/bin", restrictOomScoreAdj: true));

    [Fact]
    public void Render_Always_EndsAContainerdThatCannotServeTheKubelet() =>
        Assert.Contains("\nrequired_plugins = [\"io.containerd.grpc.v1.cri\"]\n", ContainerdConfiguration.Render(true, "/opt/cni/bin", restrictOomScoreAdj: false));

    [Theory]
    [InlineData("bin_dir = \"/usr/lib/cni\"")]
    [InlineData("imports = [\"/etc/containerd/conf.d/*.toml\"]")]
    [InlineData("config_path = \"/etc/containerd/certs.d\"")]
    [InlineData("root = \"/var/lib/containerd\"")]
    public void Render_Always_HasTheNodesDirectories(string expected) =>
        Assert.Contains(expected, ContainerdConfiguration.Render(true, "/usr/lib/cni", restrictOomScoreAdj: false));
}
