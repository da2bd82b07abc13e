using System.Text;
using NSubstitute;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Kubernetes.Connecting;
using Unbounded.Agent.Kubernetes.Tests.StandIn;
using Unbounded.Agent.Linux.Processes;

namespace Unbounded.Agent.Kubernetes.Tests.Connecting;

public sealed class KubeconfigTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("unbounded-test-");
    private readonly TestAuthority _authority = new();
    private readonly IProcessRunner _runner = Substitute.For<IProcessRunner>();

    public void Dispose()
    {
        _authority.Dispose();
        _directory.Delete(recursive: true);
    }

    [Fact]
    public async Task Read_Token_IsTheBearers()
    {
        var endpoint = Parse("token: secret-token");

        Assert.Equal("secret-token", await endpoint.Credentials.TokenAsync(default));
        Assert.Null(await endpoint.Credentials.CertificateAsync(default));
        Assert.Equal("https://127.0.0.1:6443/", endpoint.Server.AbsoluteUri);
        Assert.Equal("default", endpoint.Namespace);
    }

    [Fact]
    public async Task Read_TokenFile_IsReadAgainWhenItChanges()
    {
        File.WriteAllText(InDirectory("token"), "first\n");
        var endpoint = Parse("tokenFile: token");
        var first = await endpoint.Credentials.TokenAsync(default);

        File.WriteAllText(InDirectory("token"), "second, longer\n");
        var second = await endpoint.Credentials.TokenAsync(default);
        File.Delete(InDirectory("token"));
        var whileReplaced = await endpoint.Credentials.TokenAsync(default);

        Assert.Equal(("first", "second, longer", "second, longer"), (first, second, whileReplaced));
    }

    [Theory]
    [InlineData("")]
    [InlineData("two\nlines")]
    public async Task Read_TokenFileWithoutAToken_IsUnusable(string content)
    {
        File.WriteAllText(InDirectory("token"), content);

        await RefusedAsync(KubernetesErrors.CredentialsUnusable, async () => await Parse("tokenFile: token").Credentials.TokenAsync(default));
    }

    [Fact]
    public async Task Read_CertificateData_IsACertificateWithItsKey()
    {
        var (certificate, key) = _authority.Client("somebody");

        var endpoint = Parse($"client-certificate-data: {Base64(certificate)}\n    client-key-data: {Base64(key)}");

        var read = (await endpoint.Credentials.CertificateAsync(default))!;
        Assert.Equal("CN=somebody", read.Subject);
        Assert.True(read.HasPrivateKey);
        Assert.Same(read, await endpoint.Credentials.CertificateAsync(default));
    }

    [Fact]
    public async Task Read_CertificateFiles_AreBesideTheKubeconfig()
    {
        var (certificate, key) = _authority.Client("somebody");
        File.WriteAllText(InDirectory("both.pem"), certificate + "\n" + key);

        var endpoint = Parse("client-certificate: both.pem\n    client-key: both.pem");

        Assert.Equal("CN=somebody", (await endpoint.Credentials.CertificateAsync(default))!.Subject);
    }

    [Fact]
    public async Task Read_CertificateAndAnothersKey_AreUnusable()
    {
        var (certificate, _) = _authority.Client("somebody");
        var (_, key) = _authority.Client("another");

        var endpoint = Parse($"client-certificate-data: {Base64(certificate)}\n    client-key-data: {Base64(key)}");

        await RefusedAsync(KubernetesErrors.CredentialsUnusable, async () => await endpoint.Credentials.CertificateAsync(default));
    }

    [Fact]
    public async Task Read_Exec_RunsThePluginOnceUntilItExpiresOrIsRefused()
    {
        var time = new SetTime();
        ProcessRequest? asked = null;
        var runs = 0;
        _runner.RunAsync(Arg.Do<ProcessRequest>(r => asked = r), default).ReturnsForAnyArgs(_ =>
        {
            runs++;
            return new ProcessResult(0, $$"""{"status":{"token":"token-{{runs}}","expirationTimestamp":"2026-01-01T01:00:00Z"} }""", "");
        });
        var endpoint = Parse("exec: {apiVersion: client.authentication.k8s.io/v1, command: ./plugin, args: [get, token], env: [{name: REGION, value: here}]}", time);

        var first = await endpoint.Credentials.TokenAsync(default);
        var again = await endpoint.Credentials.TokenAsync(default);
        endpoint.Credentials.Refused();
        var refused = await endpoint.Credentials.TokenAsync(default);
        time.Now = time.Now.AddHours(2);
        var expired = await endpoint.Credentials.TokenAsync(default);

        Assert.Equal(("token-1", "token-1", "token-2", "token-3"), (first, again, refused, expired));
        Assert.Equal(InDirectory("plugin"), asked!.FileName);
        Assert.Equal(["get", "token"], asked.Arguments);
        Assert.Equal("here", asked.Environment["REGION"]);
        Assert.Contains("client.authentication.k8s.io/v1", asked.Environment["KUBERNETES_EXEC_INFO"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, "", "exit code 1")]
    [InlineData(0, "no JSON, but a secret", "did not print")]
    [InlineData(0, """{"status":{}}""", "neither")]
    [InlineData(0, """{"status":{"clientCertificateData":"x","clientKeyData":"y"}}""", "did not print")]
    public async Task Read_ExecThatGivesNothing_IsUnusableAndShowsNoSecret(int code, string output, string why)
    {
        _runner.RunAsync(default!, default).ReturnsForAnyArgs(new ProcessResult(code, output, ""));

        var error = await RefusedAsync(KubernetesErrors.CredentialsUnusable, async () => await Parse("exec: {command: /bin/plugin}").Credentials.TokenAsync(default));

        Assert.Contains(why, error.Why, StringComparison.Ordinal);
        Assert.DoesNotContain("a secret", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("token: t", "server: http://127.0.0.1", "$.clusters[0].cluster.server")]
    [InlineData("token: t", "insecure-skip-tls-verify: true, server: 'https://h'", "insecure-skip-tls-verify")]
    [InlineData("token: t", "certificate-authority-data: '%', server: 'https://h'", "base64")]
    [InlineData("token: t", "x: y", "has no server")]
    [InlineData("username: u", "server: 'https://h'", "is not supported")]
    [InlineData("auth-provider: {name: gcp}", "server: 'https://h'", "is not supported")]
    [InlineData("nothing: here", "server: 'https://h'", "has no token")]
    [InlineData("exec: {command: no-such-program-anywhere}", "server: 'https://h'", "whole path")]
    public void Read_WhatIsNotSupported_IsNamed(string user, string cluster, string problem)
    {
        var error = Assert.Throws<AgentException>(() => Parse(user, cluster: cluster));

        Assert.Equal(KubernetesErrors.KubeconfigInvalid, error.Code);
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("not: [closed")]
    [InlineData("{}")]
    [InlineData("current-context: x")]
    [InlineData("current-context: x\ncontexts: [{name: x, context: {cluster: missing}}]")]
    public void Read_WhatIsNoKubeconfig_IsRefused(string content)
    {
        var error = Assert.Throws<AgentException>(() => Kubeconfig.Parse(Encoding.UTF8.GetBytes(content), InDirectory("config"), _runner, TimeProvider.System));

        Assert.Equal(KubernetesErrors.KubeconfigInvalid, error.Code);
    }

    [Fact]
    public void Read_AJsonFile_IsUnderstood()
    {
        const string Json = """{"current-context":"x","contexts":[{"name":"x","context":{"cluster":"c","user":"u","namespace":"n"}}],"clusters":[{"name":"c","cluster":{"server":"https://h:1/base"}}],"users":[{"name":"u","user":{"token":"t"}}]}""";

        var endpoint = Kubeconfig.Parse(Encoding.UTF8.GetBytes(Json), InDirectory("config"), _runner, TimeProvider.System);

        Assert.Equal(("https://h:1/base", "n"), (endpoint.Server.AbsoluteUri, endpoint.Namespace));
    }

    [Fact]
    public async Task InCluster_OfAPod_IsItsServiceAccount()
    {
        File.WriteAllText(InDirectory("ca.crt"), _authority.Pem);
        File.WriteAllText(InDirectory("token"), "service-account");
        File.WriteAllText(InDirectory("namespace"), "kube-system");

        var endpoint = InCluster.Read(v => v == "KUBERNETES_SERVICE_HOST" ? "fd00::1" : "443", _directory.FullName);

        Assert.Equal(("https://[fd00::1]/", "kube-system"), (endpoint.Server.AbsoluteUri, endpoint.Namespace));
        Assert.Equal("service-account", await endpoint.Credentials.TokenAsync(default));
    }

    [Fact]
    public void InCluster_OutsideOfAPod_SaysSo() =>
        Assert.Equal(KubernetesErrors.KubeconfigInvalid, Assert.Throws<AgentException>(() => InCluster.Read(_ => null)).Code);

    [Fact]
    public void ToString_OfAnEndpoint_ShowsNoSecret()
    {
        var endpoint = Parse("token: secret-token");

        Assert.DoesNotContain("secret-token", endpoint.ToString(), StringComparison.Ordinal);
    }

    private ClusterEndpoint Parse(string user, TimeProvider? time = null, string cluster = "server: 'https://127.0.0.1:6443'") => Kubeconfig.Parse(
        Encoding.UTF8.GetBytes(
            $$"""
            apiVersion: v1
            kind: Config
            current-context: here
            contexts:
            - {name: elsewhere, context: {cluster: none, user: none} }
            - {name: here, context: {cluster: c, user: u} }
            clusters:
            - name: c
              cluster: { {{cluster}} }
            users:
            - name: u
              user:
                {{user}}

            """),
        InDirectory("config"),
        _runner,
        time ?? TimeProvider.System);

    private string InDirectory(string name) => Path.Combine(_directory.FullName, name);

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static async Task<AgentException> RefusedAsync(ErrorCode code, Func<Task> call)
    {
        var error = await Assert.ThrowsAsync<AgentException>(call);
        Assert.Equal(code, error.Code);
        return error;
    }

    private sealed class SetTime : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
