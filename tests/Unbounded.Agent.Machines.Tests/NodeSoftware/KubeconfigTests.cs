using System.Text.Json.Nodes;
using Unbounded.Agent.Machines.NodeSoftware;
using Unbounded.Agent.Machines.Tests.Support;

namespace Unbounded.Agent.Machines.Tests.NodeSoftware;

public class KubeconfigTests
{
    private const UnixFileMode Secret = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    [Fact]
    public void FilesFor_Standalone_AreNone() =>
        Assert.Empty(Kubeconfig.FilesFor(Configs.Standalone().Kubelet, hasCertificate: true));

    [Fact]
    public void FilesFor_Token_IsTheBootstrapKubeconfigAlone()
    {
        var file = Assert.Single(Kubeconfig.FilesFor(Configs.Joined().Kubelet, hasCertificate: false));

        Assert.Equal("/etc/kubernetes/bootstrap-kubelet.conf", file.Path);
        Assert.Equal(Secret, file.Mode);
        Assert.Equal("abcdef.0123456789abcdef", (string?)JsonNode.Parse(file.Content!)!["users"]![0]!["user"]!["token"]);
    }

    [Fact]
    public void FilesFor_TokenAndCertificate_UsesTheCertificateFirst()
    {
        var file = Kubeconfig.FilesFor(Configs.Joined().Kubelet, hasCertificate: true).Single(f => f.Path == "/var/lib/kubelet/kubeconfig");

        var user = JsonNode.Parse(file.Content!)!["users"]![0]!["user"]!;
        Assert.Equal("/var/lib/kubelet/pki/kubelet-client-current.pem", (string?)user["client-certificate"]);
        Assert.Null(user["token"]);
    }

    [Fact]
    public void FilesFor_ExecCredential_IsTheKubeconfig()
    {
        var exec = new JsonObject { ["command"] = "/usr/bin/login" };
        var file = Assert.Single(Kubeconfig.FilesFor(Configs.Joined(token: null, exec: exec).Kubelet, hasCertificate: true));

        Assert.Equal("/var/lib/kubelet/kubeconfig", file.Path);
        Assert.Equal("/usr/bin/login", (string?)JsonNode.Parse(file.Content!)!["users"]![0]!["user"]!["exec"]!["command"]);
    }

    [Fact]
    public void ToString_SecretFile_ShowsThePathOnly() =>
        Assert.Equal("/etc/kubernetes/bootstrap-kubelet.conf", Assert.Single(Kubeconfig.FilesFor(Configs.Joined().Kubelet, hasCertificate: false)).ToString());
}
