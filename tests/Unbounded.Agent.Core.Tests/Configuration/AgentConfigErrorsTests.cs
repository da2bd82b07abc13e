using System.Text;
using System.Text.Json.Nodes;
using Unbounded.Agent.Core.Configuration;

namespace Unbounded.Agent.Core.Tests.Configuration;

public sealed class AgentConfigErrorsTests
{
    // Place that is changed, its new value as JSON, path that the error must name, a word of the error.
    public static TheoryData<string, string, string, string> SingleProblems { get; } = new()
    {
        { "MachineName", "\"Edge_7\"", "$.MachineName", "RFC 1123" },
        { "MachineName", "\"\"", "$", "MachineName is required" },
        { "MachineName", "null", "$", "MachineName is required" },
        { "MachineName", "7", "$.MachineName", "must be text, not a number" },
        { "NodeName", "\"-a\"", "$.NodeName", "RFC 1123" },
        { "Cluster", "[]", "$.Cluster", "must be an object, not a list" },
        { "Cluster", "null", "$", "Cluster is required" },
        { "Cluster.Version", "\"latest\"", "$.Cluster.Version", "not a version" },
        { "Cluster.Version", "1.33", "$.Cluster.Version", "must be text" },
        { "Cluster.Version", "null", "$.Cluster", "Version is required" },
        { "Cluster.ClusterDNS", "\"10.96.0\"", "$.Cluster.ClusterDNS", "not an IP address" },
        { "Cluster.CaCertBase64", "\"\"", "$.Cluster", "CaCertBase64 is required" },
        { "Cluster.CaCertBase64", "\"%%%\"", "$.Cluster.CaCertBase64", "not base64" },
        { "Cluster.CaCertBase64", "\"Y2EtYnl0ZXM=\"", "$.Cluster.CaCertBase64", "no PEM certificate" },
        { "Kubelet", "null", "$", "Kubelet is required" },
        { "Kubelet.ApiServer", "\"http://api\"", "$.Kubelet.ApiServer", "must begin with https://" },
        { "Kubelet.ApiServer", "\"https://user:pass@api\"", "$.Kubelet.ApiServer", "user name" },
        { "Kubelet.ApiServer", "\"https://api/?x=1\"", "$.Kubelet.ApiServer", "query" },
        { "Kubelet.ApiServer", "\"api server\"", "$.Kubelet.ApiServer", "not a URL" },
        { "Kubelet.Auth", "{}", "$.Kubelet.Auth", "exactly one" },
        { "Kubelet.Auth", "null", "$.Kubelet", "exactly one" },
        { "Kubelet.Auth", "{\"BootstrapToken\":\"short\"}", "$.Kubelet.Auth.BootstrapToken", "not a bootstrap token" },
        { "Kubelet.Auth.ExecCredential", "{\"command\":\"x\",\"apiVersion\":\"client.authentication.k8s.io/v1\"}", "$.Kubelet.Auth", "exclude each other" },
        { "Kubelet.Auth", "{\"ExecCredential\":{\"apiVersion\":\"client.authentication.k8s.io/v1\"}}", "$.Kubelet.Auth.ExecCredential", "command is required" },
        { "Kubelet.Auth", "{\"ExecCredential\":{\"command\":\"x\"}}", "$.Kubelet.Auth.ExecCredential", "apiVersion must be" },
        { "Kubelet.Auth", "{\"ExecCredential\":{\"command\":\"x\",\"apiVersion\":\"v1\"}}", "$.Kubelet.Auth.ExecCredential.apiVersion", "apiVersion must be" },
        { "Kubelet.Auth", "{\"ExecCredential\":{\"command\":\"x\",\"apiVersion\":\"client.authentication.k8s.io/v1\",\"interactiveMode\":\"Maybe\"}}", "$.Kubelet.Auth.ExecCredential.interactiveMode", "must be Never" },
        { "Kubelet.Auth", "{\"ExecCredential\":{\"command\":\"x\",\"apiVersion\":\"client.authentication.k8s.io/v1\",\"args\":[1]}}", "$.Kubelet.Auth.ExecCredential.args[0]", "must be text" },
        { "Kubelet.Auth", "{\"ExecCredential\":{\"command\":\"x\",\"apiVersion\":\"client.authentication.k8s.io/v1\",\"env\":[{\"value\":\"v\"}]}}", "$.Kubelet.Auth.ExecCredential.env[0]", "name is required" },
        { "Kubelet.BootstrapToken", "\"fedcba.0123456789abcdef\"", "$.Kubelet.Auth", "are different" },
        { "Kubelet.Labels", "[]", "$.Kubelet.Labels", "must be an object" },
        { "Kubelet.Labels", "{\"a b\":\"c\"}", "$.Kubelet.Labels['a b']", "not a label key" },
        { "Kubelet.Labels", "{\"a\":\"b c\"}", "$.Kubelet.Labels.a", "not a label value" },
        { "Kubelet.Labels", "{\"a\":1}", "$.Kubelet.Labels.a", "must be text" },
        { "Kubelet.RegisterWithTaints", "[\"a=b:Never\"]", "$.Kubelet.RegisterWithTaints[0]", "not a taint" },
        { "Kubelet.RegisterWithTaints", "[\"a=b:NoSchedule\",\"a=c:NoSchedule\"]", "$.Kubelet.RegisterWithTaints[1]", "same key and effect" },
        { "Kubelet.RegisterWithTaints", "\"a=b:NoSchedule\"", "$.Kubelet.RegisterWithTaints", "must be a list" },
        { "Kubelet.NodeIP", "\"127.0.0.1\"", "$.Kubelet.NodeIP", "loopback" },
        { "Kubelet.NodeIP", "\"10.0.0.1,10.0.0.2\"", "$.Kubelet.NodeIP", "one IPv4 and one IPv6" },
        { "Kubelet.Configuration", "[]", "$.Kubelet.Configuration", "must be an object" },
        { "Kubelet.Configuration", "{\"kind\":\"Pod\"}", "$.Kubelet.Configuration.kind", "can only be" },
        { "Kubelet.Configuration", "{\"apiVersion\":\"v1\"}", "$.Kubelet.Configuration.apiVersion", "can only be" },
        { "CRI", "{\"Containerd\":{\"Version\":\"new\"}}", "$.CRI.Containerd.Version", "not a version" },
        { "CNI", "{\"PluginVersion\":\"new\"}", "$.CNI.PluginVersion", "not a version" },
        { "OCIImage", "\"ghcr.io/org/node:v1\"", "$.OCIImage", "has no scheme" },
        { "OCIImage", "\"ftp:///x\"", "$.OCIImage", "unknown scheme" },
        { "OCIImage", "\"dir://relative\"", "$.OCIImage", "absolute path" },
        { "Downloads", "{\"Runc\":{\"URL\":\"file:///x\"}}", "$.Downloads.Runc.URL", "must begin with" },
        { "Downloads", "{\"Runc\":{\"BaseURL\":\"mirror\"}}", "$.Downloads.Runc.BaseURL", "not a URL" },
        { "AdditionalHostDevices", "[\"/etc/passwd\"]", "$.AdditionalHostDevices[0]", "not below /dev" },
        { "AdditionalHostDevices", "[\"/dev/../etc/passwd\"]", "$.AdditionalHostDevices[0]", "not a clean path" },
        { "AdditionalHostDevices", "[\"/dev/a\\nBind=/etc\"]", "$.AdditionalHostDevices[0]", "control character" },
        { "AdditionalHostDevices", "[\"char-input\"]", "$.AdditionalHostDevices[0]", "not supported" },
        { "AdditionalHostMounts", "[{\"Target\":\"/a\"}]", "$.AdditionalHostMounts[0]", "Source is required" },
        { "AdditionalHostMounts", "[{\"Source\":\"a\"}]", "$.AdditionalHostMounts[0].Source", "not an absolute path" },
        { "AdditionalHostMounts", "[{\"Source\":\"/a\\n[Exec]\"}]", "$.AdditionalHostMounts[0].Source", "control character" },
        { "AdditionalHostMounts", "[{\"Source\":\"/a:/b\"}]", "$.AdditionalHostMounts[0].Source", "unit files" },
        { "AdditionalHostMounts", "[{\"Source\":\"/a/../b\"}]", "$.AdditionalHostMounts[0].Source", "not a clean path" },
        { "AdditionalHostMounts", "[{\"Source\":\"/a\",\"Target\":\"/run/unbounded/active\"}]", "$.AdditionalHostMounts[0].Target", "the agent's own" },
        { "AdditionalHostMounts", "[{\"Source\":\"/var\"}]", "$.AdditionalHostMounts[0].Source", "would hide" },
        { "AdditionalHostMounts", "[{\"Source\":\"/a\",\"ReadOnly\":\"yes\"}]", "$.AdditionalHostMounts[0].ReadOnly", "must be true or false" },
        { "AdditionalHostMounts", "[{\"Source\":\"/a\",\"Target\":\"/c\"},{\"Source\":\"/b\",\"Target\":\"/c\"}]", "$.AdditionalHostMounts[1]", "same target" },
        { "OfflineArtifacts", "{\"Source\":\"artifacts\"}", "$.OfflineArtifacts.Source", "not an absolute path" },
    };

    [Theory]
    [MemberData(nameof(SingleProblems))]
    public void Parse_OneProblem_IsNamedWithItsPath(string place, string value, string path, string word)
    {
        var config = TestConfig.With(TestConfig.Minimal(), place, JsonNode.Parse(value));
        var error = TestConfig.Refused(CoreErrors.ConfigInvalid, () => AgentConfigParser.Parse(TestConfig.Bytes(config)));
        var detail = Assert.Single(error.Details, d => d.Message.Contains(word, StringComparison.Ordinal));
        Assert.Equal(path, detail.Path);
        Assert.Contains($"{path}: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_ManyProblems_AreAllReportedAtOnce()
    {
        var config = TestConfig.Minimal();
        TestConfig.With(config, "MachineName", "No");
        TestConfig.With(config, "Cluster.Version", "x");
        TestConfig.With(config, "Kubelet.Auth", new JsonObject());
        TestConfig.With(config, "OCIImage", "x");
        TestConfig.With(config, "AdditionalHostDevices", new JsonArray("a", "b"));
        var error = TestConfig.Refused(CoreErrors.ConfigInvalid, () => AgentConfigParser.Parse(TestConfig.Bytes(config)));
        Assert.Equal(
            ["$.AdditionalHostDevices[0]", "$.AdditionalHostDevices[1]", "$.Cluster.Version", "$.Kubelet.Auth", "$.MachineName", "$.OCIImage"],
            error.Details.Select(d => d.Path).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Parse_DuplicateKeys_AreErrorsAtEveryLevel()
    {
        var text = TestConfig.Minimal().ToJsonString()
            .Replace("\"MachineName\":\"m1\"", "\"MachineName\":\"m1\",\"MachineName\":\"m2\"", StringComparison.Ordinal)
            .Replace("\"Version\":\"1.33.1\"", "\"Version\":\"1.33.1\",\"Version\":\"1.34.0\"", StringComparison.Ordinal);
        var error = TestConfig.Refused(CoreErrors.ConfigInvalid, () => AgentConfigParser.Parse(Encoding.UTF8.GetBytes(text)));
        Assert.Equal(["$.MachineName", "$.Cluster.Version"], error.Details.Select(d => d.Path));
        Assert.All(error.Details, d => Assert.Equal("is there more than once", d.Message));
    }

    [Fact]
    public void Parse_ThousandsOfProblems_AreBounded()
    {
        var config = TestConfig.With(TestConfig.Minimal(), "AdditionalHostDevices", new JsonArray([.. Enumerable.Range(0, 200).Select(i => (JsonNode)$"x{i}")]));
        var error = TestConfig.Refused(CoreErrors.ConfigInvalid, () => AgentConfigParser.Parse(TestConfig.Bytes(config)));
        Assert.Equal(65, error.Details.Count);
        Assert.Contains("136 more", error.Details[^1].Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Kubelet.Labels", 513)]
    [InlineData("Kubelet.RegisterWithTaints", 129)]
    [InlineData("AdditionalHostMounts", 257)]
    public void Parse_TooManyItems_IsAnError(string place, int count)
    {
        JsonNode value = place.EndsWith("Labels", StringComparison.Ordinal)
            ? new JsonObject(Enumerable.Range(0, count).Select(i => KeyValuePair.Create($"l{i}", (JsonNode?)"v")))
            : new JsonArray([.. Enumerable.Range(0, count).Select(i => (JsonNode)$"k{i}=v:NoSchedule")]);
        var config = TestConfig.With(TestConfig.Minimal(), place, value);
        var error = TestConfig.Refused(CoreErrors.ConfigInvalid, () => AgentConfigParser.Parse(TestConfig.Bytes(config)));
        Assert.Contains($"{count}", Assert.Single(error.Details).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData(" \n\t", "is empty")]
    [InlineData("{", "not valid JSON")]
    [InlineData("{\"MachineName\":\"m1\"", "not valid JSON")]
    [InlineData("{} {}", "not valid JSON")]
    [InlineData("{\"a\":1,}", "not valid JSON")]
    [InlineData("{ /* why */ }", "not valid JSON")]
    [InlineData("// why\n{}", "not valid JSON")]
    [InlineData("\uFEFF{}", "byte order mark")]
    [InlineData("{\"a\":NaN}", "not valid JSON")]
    [InlineData("{\"a\":01}", "not valid JSON")]
    [InlineData("{'a':1}", "not valid JSON")]
    public void Parse_NotJson_SaysWhy(string text, string word)
    {
        var error = TestConfig.Refused(CoreErrors.ConfigUnreadable, () => AgentConfigParser.Parse(Encoding.UTF8.GetBytes(text)));
        Assert.Contains(word, Assert.Single(error.Details).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    [InlineData("17")]
    [InlineData("null")]
    public void Parse_NoObject_IsInvalid(string text)
    {
        var error = TestConfig.Refused(CoreErrors.ConfigInvalid, () => AgentConfigParser.Parse(Encoding.UTF8.GetBytes(text)));
        Assert.Contains(error.Details, d => d.Path == "$" && d.Message.StartsWith("must be an object", StringComparison.Ordinal));
    }

    [Fact]
    public void Parse_SyntaxError_HasItsPlace()
    {
        var error = TestConfig.Refused(CoreErrors.ConfigUnreadable, () => AgentConfigParser.Parse("{\n  \"MachineName\": oops\n}"u8));
        Assert.Equal((2, 18), (error.Details[0].Line, error.Details[0].Column));
    }

    [Fact]
    public void Parse_InvalidUtf8_IsRefused()
    {
        byte[] bytes = [.. "{\"MachineName\":\""u8, 0xff, 0xfe, .. "\"}"u8];
        var error = TestConfig.Refused(CoreErrors.ConfigUnreadable, () => AgentConfigParser.Parse(bytes));
        Assert.Equal("is not UTF-8", error.Details[0].Message);
    }

    [Theory]
    [InlineData("{\"MachineName\":\"\\ud800\"}", "$.MachineName")]
    [InlineData("{\"\\udc00\":1}", "$['?']")]
    public void Parse_LoneSurrogate_IsAnError(string text, string path)
    {
        var error = TestConfig.Refused(CoreErrors.ConfigInvalid, () => AgentConfigParser.Parse(Encoding.UTF8.GetBytes(text)));
        Assert.Contains(error.Details, d => d.Path == path && d.Message.Contains("surrogate", StringComparison.Ordinal));
    }

    [Fact]
    public void Parse_TooLarge_IsRefusedWithoutBeingRead()
    {
        var bytes = new byte[AgentConfigParser.MaxBytes + 1];
        Array.Fill(bytes, (byte)' ');
        "{}"u8.CopyTo(bytes);
        var error = TestConfig.Refused(CoreErrors.ConfigUnreadable, () => AgentConfigParser.Parse(bytes));
        Assert.Contains("1048577 bytes", error.Details[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_LargestSize_IsStillRead()
    {
        var bytes = new byte[AgentConfigParser.MaxBytes];
        Array.Fill(bytes, (byte)' ');
        TestConfig.Bytes(TestConfig.Minimal()).CopyTo(bytes, 0);
        Assert.Equal("m1", AgentConfigParser.Parse(bytes).Config.MachineName);
    }

    [Theory]
    [InlineData(19_980, true)]
    [InlineData(20_000, false)]
    public void Parse_Values_AreBounded(int count, bool accepted)
    {
        var text = TestConfig.Minimal().ToJsonString()[..^1] + $",\"x\":[{string.Join(',', Enumerable.Repeat("{}", count))}]}}";
        void Parse() => AgentConfigParser.Parse(Encoding.UTF8.GetBytes(text));
        if (accepted)
            Parse();
        else
            Assert.Contains("20000 values", TestConfig.Refused(CoreErrors.ConfigUnreadable, Parse).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(31, true)]
    [InlineData(32, false)]
    public void Parse_Depth_IsBounded(int depth, bool accepted)
    {
        var nested = string.Concat(Enumerable.Repeat("[", depth)) + string.Concat(Enumerable.Repeat("]", depth));
        var text = TestConfig.Minimal().ToJsonString()[..^1] + $",\"x\":{nested}}}";
        void Parse() => AgentConfigParser.Parse(Encoding.UTF8.GetBytes(text));
        if (accepted)
            Parse();
        else
            TestConfig.Refused(CoreErrors.ConfigUnreadable, Parse);
    }
}
