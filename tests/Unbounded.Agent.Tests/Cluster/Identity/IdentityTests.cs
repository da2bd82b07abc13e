using System.Text;
using System.Text.Json.Nodes;
using Unbounded.Agent.Cluster.Identity;
using Unbounded.Agent.Kubernetes;
using Unbounded.Agent.Kubernetes.Calls;
using Unbounded.Agent.Kubernetes.Identity;
using Unbounded.Agent.Tests.Support;

namespace Unbounded.Agent.Tests.Cluster.Identity;

public sealed class IdentityTests : IAsyncLifetime
{
    private JoinedHost _host = null!;

    public async Task InitializeAsync()
    {
        _host = await JoinedHost.CreateAsync();
        File.Delete(_host.Host.Paths.Kubeconfig);
        await _host.CreateMachineAsync("1.32.5");
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Run_WithTheBootstrapTokenAlone_AsksOnceAndThenFollowsAsItself()
    {
        _host.Run();
        var request = await WaitsAsync();
        Assert.Contains(KeyOf(request), _host.Member.State!.Problem!.Cause, StringComparison.Ordinal);

        await IssueAsync(request);

        await _host.WokenAsync(async () => await WantedAsync() == "1.32.5");
        Assert.Equal("unbounded:machine:edge-1", _host.Server.LastClient);
        Assert.Equal("600", Mode(_host.Host.Paths.Identity));
        Assert.False(File.Exists(_host.Host.Paths.IdentityNextKey));
        Assert.Equal(1, Filed());
        Assert.True(_host.Member.State!.OwnIdentity);
    }

    [Fact]
    public async Task Run_ADaemonThatStartsAgain_AsksWithTheKeyThatItHas()
    {
        using var key = await Store(_host.Owner()).NextKeyAsync(_host.Limit);
        Assert.Equal("600", Mode(_host.Host.Paths.IdentityNextKey));

        _host.Run();

        Assert.Equal(key.Fingerprint, KeyOf(await WaitsAsync()));
    }

    [Fact]
    public async Task Run_TheRequestIsDenied_IsSaidAndAnotherOneFiledWhenItIsGone()
    {
        _host.Run();
        var request = await WaitsAsync();

        await StatusAsync(request.Name, """{"conditions":[{"type":"Denied","status":"True","reason":"No","message":"not this one"}]}""");
        await _host.WokenAsync(() => Task.FromResult(Code() == KubernetesErrors.IdentityDenied.Id));
        await _host.Admin.DeleteAsync(SigningRequest.Path.Of(request.Name), null, _host.Limit);
        await IssueAsync(await WaitsAsync());

        await _host.WokenAsync(async () => await WantedAsync() == "1.32.5");
    }

    [Fact]
    public async Task Run_ACertificateForAnotherKey_IsNotTaken()
    {
        using var other = MachineKey.Create();
        _host.Run();
        var request = await WaitsAsync();

        await IssueAsync(request, other.RequestFor("edge-1"));

        await _host.WokenAsync(() => Task.FromResult(Code() == KubernetesErrors.CredentialsUnusable.Id));
        Assert.False(File.Exists(_host.Host.Paths.Identity));
    }

    [Fact]
    public async Task Run_ATokenThatIsExpired_IsSaidWithItsCode()
    {
        Host.Write(_host.Host.Paths.ConfigFile, _host.Config().Replace("0123456789abcdef", "zzzzzzzzzzzzzzzz", StringComparison.Ordinal));

        _host.Run();

        await _host.WokenAsync(() => Task.FromResult(Code() == KubernetesErrors.Unauthorized.Id));
    }

    [Fact]
    public async Task Run_ACertificateThatEndsSoon_IsRenewedByItselfWithoutTheToken()
    {
        var now = TimeProvider.System.GetUtcNow();
        await KeepAsync(now.AddHours(-20), now.AddHours(1));
        Host.Write(_host.Host.Paths.ConfigFile, _host.Config().Replace("0123456789abcdef", "zzzzzzzzzzzzzzzz", StringComparison.Ordinal));
        var before = await File.ReadAllTextAsync(_host.Host.Paths.Identity);

        _host.Run();
        var request = await RequestAsync(_ => true);
        await _host.WokenAsync(() => Task.FromResult(_host.Member.State?.Identity?.Code == KubernetesErrors.IdentityWaits.Id));
        await IssueAsync(request);

        await _host.WokenAsync(() => Task.FromResult(_host.Member.State is { OwnIdentity: true, Identity: null }));
        Assert.NotEqual(before, await File.ReadAllTextAsync(_host.Host.Paths.Identity));
    }

    [Fact]
    public async Task Run_ACertificateThatHasEnded_IsAskedForWithTheTokenAgain()
    {
        var now = TimeProvider.System.GetUtcNow();
        await KeepAsync(now.AddHours(-20), now.AddHours(-1));

        _host.Run();
        await IssueAsync(await WaitsAsync());

        await _host.WokenAsync(async () => await WantedAsync() == "1.32.5");
    }

    [Theory]
    [InlineData("edge-1", false, false, false)]
    [InlineData("edge-1", true, false, false)]
    [InlineData("edge-1", false, true, false)]
    [InlineData("edge-1", true, true, true)]
    [InlineData("edge-2", false, false, true)]
    public async Task Run_AnIdentityOfAnotherMachineOrAnotherCluster_IsNotUsed(string machine, bool otherServer, bool otherAuthority, bool foreign)
    {
        var now = TimeProvider.System.GetUtcNow();
        var owner = _host.Owner() with { Machine = machine };
        await KeepAsync(
            now.AddHours(-1),
            now.AddHours(20),
            owner with { Server = otherServer ? "https://192.0.2.1:6443" : owner.Server, Authority = otherAuthority ? "b3RoZXI=" : owner.Authority });

        _host.Run();

        if (foreign)
            await IssueAsync(await WaitsAsync());
        await _host.WokenAsync(async () => await WantedAsync() == "1.32.5");
        Assert.Equal(foreign ? 1 : 0, Filed());
        Assert.Equal("unbounded:machine:edge-1", _host.Server.LastClient);
    }

    [Fact]
    public async Task Run_AServersNewAddressAndLaterItsNewAuthority_AreTwoChangesOfOneCluster()
    {
        var now = TimeProvider.System.GetUtcNow();
        var first = _host.Owner() with { Server = "https://192.0.2.1:6443", Authority = "b3RoZXI=" };
        await KeepAsync(now.AddHours(-1), now.AddHours(20), first);

        await Store(first with { Server = _host.Owner().Server }).ConfirmAsync(_host.Limit);
        await Store(_host.Owner()).ConfirmAsync(_host.Limit);

        Assert.Null((await Store(_host.Owner()).FindAsync(_host.Limit))!.Foreign);
        Assert.NotNull((await Store(first).FindAsync(_host.Limit))!.Foreign);
        Assert.Equal("600", Mode(_host.Host.Paths.Identity));
        _host.Run();
        await _host.WokenAsync(async () => await WantedAsync() == "1.32.5");
        Assert.Equal(0, Filed());
    }

    [Fact]
    public async Task Run_AnIdentityThatWasLostAndNoToken_IsSaid()
    {
        var now = TimeProvider.System.GetUtcNow();
        await KeepAsync(now.AddHours(-1), now.AddHours(20));
        _host.Run();
        await _host.WokenAsync(async () => await WantedAsync() == "1.32.5");

        File.Delete(_host.Host.Paths.Identity);
        Host.Write(_host.Host.Paths.ConfigFile, WithoutToken());
        _host.Member.LookAgain();

        await _host.WokenAsync(() => Task.FromResult(Code() == KubernetesErrors.CredentialsUnusable.Id));
        Assert.Contains("gone", _host.Member.State!.Problem!.Cause, StringComparison.Ordinal);
        Assert.Equal("1.32.5", await WantedAsync());
    }

    [Fact]
    public async Task Run_AnIdentityWithoutAWordOfItsCluster_IsUsed()
    {
        var now = TimeProvider.System.GetUtcNow();
        await KeepAsync(now.AddHours(-1), now.AddHours(20));
        var kept = await File.ReadAllTextAsync(_host.Host.Paths.Identity);
        Host.Write(_host.Host.Paths.Identity, kept[(kept.IndexOf('\n', StringComparison.Ordinal) + 1)..]);

        _host.Run();

        await _host.WokenAsync(async () => await WantedAsync() == "1.32.5");
        Assert.Equal(0, Filed());
    }

    [Fact]
    public async Task Run_TheRequestCannotBeFiledYet_IsFiledLater()
    {
        _host.Server.FailWhere(r => r.Method == "POST" && r.Path.Value!.EndsWith("/certificatesigningrequests", StringComparison.Ordinal), 403);
        _host.Run();
        await _host.WokenAsync(() => Task.FromResult(Code() == KubernetesErrors.Forbidden.Id));

        _host.Server.FailWhere(null, 0);

        await WaitsAsync();
    }

    [Theory]
    [InlineData("ended")]
    [InlineData("garbage")]
    [InlineData("foreign")]
    public async Task Run_AnIdentityThatIsOfNoUseAndNoToken_IsSaid(string what)
    {
        var now = TimeProvider.System.GetUtcNow();
        await KeepAsync(now.AddHours(-20), now.AddHours(what == "foreign" ? 1 : -1), _host.Owner() with { Machine = what == "foreign" ? "edge-2" : "edge-1" });
        if (what == "garbage")
            Host.Write(_host.Host.Paths.Identity, what);
        Host.Write(_host.Host.Paths.ConfigFile, WithoutToken());

        _host.Run();

        await _host.WokenAsync(() => Task.FromResult(Code() == KubernetesErrors.CredentialsUnusable.Id));
        Assert.Contains("BootstrapToken", _host.Member.State!.Problem!.NextStep, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("garbage")]
    public async Task Run_AnIdentityFileThatIsDamaged_IsAskedForAnew(string content)
    {
        Host.Write(_host.Host.Paths.Identity, content);

        _host.Run();

        await WaitsAsync();
    }

    [Fact]
    public async Task Run_AKubeconfigThatAppears_TakesThePlaceOfTheRequest()
    {
        _host.Run();
        await WaitsAsync();

        _host.WriteIdentity(Kubernetes.Tests.StandIn.FakeApiServer.AdminToken);
        _host.Member.LookAgain();

        await _host.WokenAsync(async () => await WantedAsync() == "1.32.5");
        Assert.False(_host.Member.State!.OwnIdentity);
    }

    [Theory]
    [InlineData(0.7, 7)]
    [InlineData(0.9, 9)]
    public void DueAt_AShareOfItsLife_IsThatLongAfterItsBeginning(double share, double hours)
    {
        var from = Records.Now;

        Assert.Equal(from.AddHours(hours), IdentityKeeper.DueAt(from, from.AddHours(10), share));
    }

    private async Task<SigningRequest> WaitsAsync()
    {
        var request = await RequestAsync(r => r.Refusal is null);
        await _host.WokenAsync(() => Task.FromResult(Code() == KubernetesErrors.IdentityWaits.Id));
        return request;
    }

    private async Task<SigningRequest> RequestAsync(Func<SigningRequest, bool> condition)
    {
        var item = await _host.ObjectAsync(SigningRequest.Path, null, r => condition(Read(r)));
        return Read(item);
    }

    private static SigningRequest Read(JsonObject item) => SigningRequest.Of(
        new ApiObject(new ObjectMeta((string)item["metadata"]!["name"]!), Encoding.UTF8.GetBytes(item.ToJsonString())));

    private Task IssueAsync(SigningRequest request, string? pkcs10 = null) => StatusAsync(
        request.Name,
        $$"""{"certificate":"{{Convert.ToBase64String(Encoding.UTF8.GetBytes(_host.Server.Sign(pkcs10 ?? request.Pkcs10)))}}"}""");

    private Task StatusAsync(string name, string status) => _host.Admin.MergePatchAsync(
        SigningRequest.Path.Of(name).Status, Encoding.UTF8.GetBytes($$"""{"status":{{status}} }"""), _host.Limit);

    private Task KeepAsync(DateTimeOffset from, DateTimeOffset until) => KeepAsync(from, until, _host.Owner());

    private async Task KeepAsync(DateTimeOffset from, DateTimeOffset until, IdentityOwner owner)
    {
        using var key = MachineKey.Create();
        await Store(owner).TakeAsync(key, _host.Server.Sign(key.RequestFor(owner.Machine), from, until), _host.Limit);
    }

    private string WithoutToken() => _host.Config().Replace(
        "\"BootstrapToken\": \"abcdef.0123456789abcdef\"",
        """ "ExecCredential": { "apiVersion": "client.authentication.k8s.io/v1", "command": "/usr/bin/false" } """,
        StringComparison.Ordinal);

    private IdentityStore Store(IdentityOwner owner) => new(_host.Host.Store, _host.Host.Paths, owner);

    private string? Code() => _host.Member.State?.Problem?.Code;

    private static string KeyOf(SigningRequest request) => ApprovalRules.FingerprintOf(request)!;

    private int Filed() => _host.Server.Requests.Count(r => r.StartsWith("POST", StringComparison.Ordinal) && r.Contains("certificatesigningrequests", StringComparison.Ordinal));

    private static string Mode(string path) => Convert.ToString((int)File.GetUnixFileMode(path), 8);

    private async Task<string?> WantedAsync() => (await _host.Files.ReadAsync(_host.Limit))?.State.Config.Cluster.Version;
}
