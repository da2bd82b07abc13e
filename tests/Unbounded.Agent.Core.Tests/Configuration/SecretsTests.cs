using System.Text;
using System.Text.Json.Nodes;
using Unbounded.Agent.Core.Configuration;
using Unbounded.Agent.Core.Errors;

namespace Unbounded.Agent.Core.Tests.Configuration;

public sealed class SecretsTests
{
    private const string Secret = "s3cr3t";

    [Fact]
    public void Law16_ToString_ShowsNoSecret()
    {
        var config = TestConfig.Parsed(TestConfig.Full()) with { Downloads = new DownloadsConfig { Runc = new DownloadSource(URL: $"https://m.example/runc?sig={Secret}") } };
        var exec = new KubeletAuth { ExecCredential = new JsonObject { ["env"] = Secret } };
        var header = config.Kubelet with { Configuration = new JsonObject { ["staticPodURLHeader"] = Secret } };
        foreach (var text in new[] { config.ToString(), config.Kubelet.ToString(), config.Kubelet.Auth!.ToString(), exec.ToString(), header.ToString(), config.Downloads!.ToString() })
        {
            Assert.DoesNotContain(TestConfig.Token, text, StringComparison.Ordinal);
            Assert.DoesNotContain(Secret, text, StringComparison.Ordinal);
        }

        Assert.Contains("BootstrapToken", config.Kubelet.Auth!.ToString(), StringComparison.Ordinal);
    }

    // A token in every field that a hasty hand could put it in: whatever the error says, it does not quote it.
    [Theory]
    [InlineData("MachineName")]
    [InlineData("NodeName")]
    [InlineData("Cluster.Version")]
    [InlineData("Cluster.ClusterDNS")]
    [InlineData("Cluster.CaCertBase64")]
    [InlineData("Kubelet.ApiServer")]
    [InlineData("Kubelet.NodeIP")]
    [InlineData("Kubelet.Labels")]
    [InlineData("Kubelet.Auth")]
    [InlineData("OCIImage")]
    public void Law16_ErrorText_ShowsNoToken(string place)
    {
        var bad = TestConfig.With(TestConfig.With(TestConfig.Minimal(), "CNI.PluginVersion", "bad"), place, " " + TestConfig.Token + " ");
        var error = TestConfig.Refused(CoreErrors.ConfigInvalid, () => AgentConfigParser.Parse(TestConfig.Bytes(bad)));
        Assert.DoesNotContain(TestConfig.Token, error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(TestConfig.Token, string.Join('\n', error.Details), StringComparison.Ordinal);
    }

    [Fact]
    public void Law16_BadTokenOrPluginSecret_IsNotQuoted()
    {
        var auth = JsonNode.Parse($$"""
            { "BootstrapToken": "{{Secret}}-almost-a-token", "ExecCredential": { "command": "", "apiVersion": "{{Secret}}", "args": [{ "{{Secret}}": 1 }], "env": [{ "value": "{{Secret}}" }] } }
            """);
        var error = TestConfig.Refused(CoreErrors.ConfigInvalid, () => AgentConfigParser.Parse(TestConfig.Bytes(TestConfig.With(TestConfig.Minimal(), "Kubelet.Auth", auth))));
        Assert.True(error.Details.Count >= 4);
        Assert.DoesNotContain(Secret, error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Law16_SyntaxError_DoesNotQuoteTheFile()
    {
        var error = TestConfig.Refused(CoreErrors.ConfigUnreadable, () => AgentConfigParser.Parse(Encoding.UTF8.GetBytes($"{{\"BootstrapToken\": {Secret}}}")));
        Assert.DoesNotContain(Secret, error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Law16_KeyInPlaceOfCa_IsNamedNotShown()
    {
        var pem = $"-----BEGIN PRIVATE KEY-----\n{Convert.ToBase64String(Encoding.ASCII.GetBytes(Secret))}\n-----END PRIVATE KEY-----\n";
        var config = TestConfig.With(TestConfig.Minimal(), "Cluster.CaCertBase64", Convert.ToBase64String(Encoding.ASCII.GetBytes(pem)));
        var error = TestConfig.Refused(CoreErrors.ConfigInvalid, () => AgentConfigParser.Parse(TestConfig.Bytes(config)));
        Assert.Contains("a key does not belong here", error.Details[0].Message, StringComparison.Ordinal);
        Assert.DoesNotContain(pem[30..50], error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Law16_ErrorDetail_IsOneLineWithoutControlCharacters()
    {
        var config = TestConfig.With(TestConfig.Minimal(), "NodeName", "a\u001b[31m\nUBA-0000: forged \u202e");
        var error = TestConfig.Refused(CoreErrors.ConfigInvalid, () => AgentConfigParser.Parse(TestConfig.Bytes(config)));
        Assert.DoesNotContain(error.Message, c => char.IsControl(c) || c == '\u202e');
        Assert.IsType<AgentException>(error);
    }
}
