using System.Text.Json.Nodes;
using Unbounded.Agent.Core.Configuration;

namespace Unbounded.Agent.Core.Tests.Configuration.Parsing;

/// <summary>Every combination of an API server and the three places that a credential can stand in.</summary>
public sealed class KubeletAuthTests
{
    private const string Other = "fedcba.fedcba9876543210";

    private static JsonObject Exec() => JsonNode.Parse("""{"command":"/bin/x","apiVersion":"client.authentication.k8s.io/v1"}""")!.AsObject();

    private static JsonObject Make(bool server, string? token, bool exec, string? flat)
    {
        var config = TestConfig.Standalone();
        var kubelet = config["Kubelet"]!.AsObject();
        if (server)
        {
            kubelet["ApiServer"] = "api.example";
            config["Cluster"]!["CaCertBase64"] = TestConfig.CaBase64;
        }

        if (token is not null)
            TestConfig.With(config, "Kubelet.Auth.BootstrapToken", token);
        if (exec)
            TestConfig.With(config, "Kubelet.Auth.ExecCredential", Exec());
        if (flat is not null)
            kubelet["BootstrapToken"] = flat;
        return config;
    }

    [Theory]
    [InlineData(true, TestConfig.Token, false, null, "token")]
    [InlineData(true, null, true, null, "exec")]
    [InlineData(true, null, false, TestConfig.Token, "token")]
    [InlineData(true, TestConfig.Token, false, TestConfig.Token, "token")]
    [InlineData(true, "", false, TestConfig.Token, "token")]
    [InlineData(true, "", true, "", "exec")]
    [InlineData(false, null, false, null, "none")]
    [InlineData(false, "", false, "", "none")]
    [InlineData(false, TestConfig.Token, false, null, "token")]
    [InlineData(false, null, true, null, "exec")]
    public void Parse_AtMostOneCredential_IsAccepted(bool server, string? token, bool exec, string? flat, string expected)
    {
        var parsed = AgentConfigParser.Parse(TestConfig.Bytes(Make(server, token, exec, flat)));
        var auth = parsed.Config.Kubelet.Auth;
        Assert.Equal(expected, auth?.BootstrapToken is not null ? "token" : auth?.ExecCredential is not null ? "exec" : "none");
        Assert.Equal(!server && expected != "none", parsed.Warnings.Count > 0);
    }

    [Theory]
    [InlineData(true, null, false, null, "$.Kubelet", "exactly one")]
    [InlineData(true, "", false, null, "$.Kubelet.Auth", "exactly one")]
    [InlineData(true, TestConfig.Token, true, null, "$.Kubelet.Auth", "exclude each other")]
    [InlineData(true, null, true, TestConfig.Token, "$.Kubelet.Auth", "exclude each other")]
    [InlineData(false, TestConfig.Token, true, null, "$.Kubelet.Auth", "exclude each other")]
    [InlineData(true, TestConfig.Token, false, Other, "$.Kubelet.Auth", "are different")]
    [InlineData(true, "short", false, null, "$.Kubelet.Auth.BootstrapToken", "not a bootstrap token")]
    [InlineData(true, null, false, "short", "$.Kubelet.BootstrapToken", "not a bootstrap token")]
    [InlineData(false, "short", false, null, "$.Kubelet.Auth.BootstrapToken", "not a bootstrap token")]
    public void Parse_NoneOrSeveralOrMalformed_IsAnError(bool server, string? token, bool exec, string? flat, string path, string word)
    {
        var error = TestConfig.Refused(CoreErrors.ConfigInvalid, () => AgentConfigParser.Parse(TestConfig.Bytes(Make(server, token, exec, flat))));
        Assert.Contains(error.Details, d => d.Path == path && d.Message.Contains(word, StringComparison.Ordinal));
        Assert.DoesNotContain(Other, error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}", null)]
    [InlineData("{\"args\":[]}", "[]")]
    [InlineData("{\"args\":[\"\",\"b\"]}", "[\"\",\"b\"]")]
    [InlineData("{\"args\":null}", null)]
    public void Parse_Arguments_AbsentAndEmptyAreToldApartAsInTheAncestorsFile(string more, string? expected)
    {
        var exec = Exec();
        foreach (var (key, value) in JsonNode.Parse(more)!.AsObject())
            exec[key] = value?.DeepClone();
        var config = TestConfig.With(TestConfig.Minimal(), "Kubelet.Auth", new JsonObject { ["ExecCredential"] = exec });
        Assert.Equal(expected, TestConfig.Parsed(config).Kubelet.Auth!.ExecCredential!["args"]?.ToJsonString());
    }

    [Theory]
    [InlineData("env", "[{\"name\":\"A=B\",\"value\":\"x\"}]", "name is required")]
    [InlineData("env", "[{\"name\":\"A\\u0000\",\"value\":\"x\"}]", "name is required")]
    [InlineData("env", "[\"A=B\"]", "must be an object")]
    [InlineData("env", "{\"A\":\"B\"}", "must be a list")]
    [InlineData("args", "\"a b\"", "must be a list")]
    [InlineData("provideClusterInfo", "\"true\"", "must be true or false")]
    [InlineData("command", "[\"/bin/x\"]", "must be text")]
    [InlineData("apiVersion", "\"client.authentication.k8s.io/v1alpha1\"", "apiVersion must be")]
    public void Parse_PluginOfTheWrongShape_IsAnError(string member, string value, string word)
    {
        var exec = Exec();
        exec[member] = JsonNode.Parse(value);
        var config = TestConfig.With(TestConfig.Minimal(), "Kubelet.Auth", new JsonObject { ["ExecCredential"] = exec });
        var error = TestConfig.Refused(CoreErrors.ConfigInvalid, () => AgentConfigParser.Parse(TestConfig.Bytes(config)));
        Assert.Contains(error.Details, d => d.Path.StartsWith("$.Kubelet.Auth.ExecCredential", StringComparison.Ordinal) && d.Message.Contains(word, StringComparison.Ordinal));
    }
}
