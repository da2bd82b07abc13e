using System.Text.Json.Nodes;
using Unbounded.Agent.Fleet.Approving;
using Unbounded.Agent.Kubernetes.Calls;
using Unbounded.Agent.Kubernetes.Identity;

namespace Unbounded.Agent.Fleet.Tests.Approving;

/// <summary>The controller against a stand-in; the cluster tests run it with its real rights against a real API server.</summary>
public sealed class ApprovingLoopTests : IAsyncLifetime
{
    private const string TokenA = "system:bootstrap:aaaaaa";
    private const string TokenB = "system:bootstrap:bbbbbb";

    private FleetScene _scene = null!;

    public async Task InitializeAsync()
    {
        _scene = await FleetScene.CreateAsync();
        await _scene.MachineAsync("edge-1", "aaaaaa");
        await _scene.MachineAsync("edge-2", "bbbbbb");
        await _scene.TokenAsync("aaaaaa");
        await _scene.TokenAsync("bbbbbb");
    }

    public async Task DisposeAsync() => await _scene.DisposeAsync();

    [Fact]
    public async Task Run_ARequestWithTheMachinesOwnToken_IsApprovedWhetherItWaitedOrComes()
    {
        var waited = await _scene.FileAsync("edge-1", TokenA);
        _scene.Control();
        await _scene.ApprovedAsync(waited);

        await _scene.ApprovedAsync(await _scene.FileAsync("edge-2", TokenB));
    }

    [Fact]
    public async Task Run_ALeakedTokenOfAnotherMachine_GetsNothing()
    {
        _scene.Control();
        var theft = await _scene.FileAsync("edge-2", TokenA);

        var said = await _scene.ObjectedAsync(theft, "bootstrap-token-bbbbbb");

        Assert.False(await _scene.IsApprovedAsync(theft));
        Assert.Equal(("Machine", "edge-2", "Warning"), ((string?)said["involvedObject"]!["kind"], (string?)said["involvedObject"]!["name"], (string?)said["type"]));
    }

    [Fact]
    public async Task Run_ANameThatIsNoMachines_GetsNothingUntilThereIsOneThatNamesTheToken()
    {
        _scene.Control();
        var early = await _scene.FileAsync("edge-3", "system:bootstrap:cccccc");
        var said = await _scene.ObjectedAsync(early);
        Assert.False(await _scene.IsApprovedAsync(early));
        Assert.Equal("CertificateSigningRequest", (string?)said["involvedObject"]!["kind"]);

        await _scene.TokenAsync("cccccc");
        await _scene.MachineAsync("edge-3", "cccccc");

        // Told by the Machine's watch: nobody files it again.
        await _scene.ApprovedAsync(early);
    }

    [Fact]
    public async Task Run_AMachineThatNamesNoToken_GetsNothing()
    {
        await _scene.MachineAsync("edge-4", null);
        _scene.Control();
        var request = await _scene.FileAsync("edge-4", TokenA);

        await _scene.ObjectedAsync(request, "bootstrapTokenRef");

        Assert.False(await _scene.IsApprovedAsync(request));
    }

    [Fact]
    public async Task Run_ATokenThatTwoMachinesName_GetsNothing()
    {
        await _scene.MachineAsync("edge-5", "aaaaaa");
        _scene.Control();
        var request = await _scene.FileAsync("edge-1", TokenA);

        await _scene.ObjectedAsync(request, "edge-5");

        Assert.False(await _scene.IsApprovedAsync(request));
    }

    [Fact]
    public async Task Run_ATokenThatWasUsed_IsGoodForNoOtherKey()
    {
        _scene.Control();
        await _scene.ApprovedAsync(await _scene.FileAsync("edge-1", TokenA));
        var second = await _scene.FileAsync("edge-1", TokenA);

        await _scene.ObjectedAsync(second, "asked for another key");

        Assert.False(await _scene.IsApprovedAsync(second));
    }

    [Fact]
    public async Task Run_ATokenThatWasWithdrawn_GetsNothing()
    {
        await _scene.Client.DeleteAsync(new ResourcePath("v1", "secrets", "kube-system", "bootstrap-token-aaaaaa"), null, CancellationToken.None);
        _scene.Control();
        var request = await _scene.FileAsync("edge-1", TokenA);

        await _scene.ObjectedAsync(request, "withdrawn");

        Assert.False(await _scene.IsApprovedAsync(request));
    }

    [Fact]
    public async Task Run_WithoutTheRightToReadTokens_ApprovesAndSaysOnceWhatIsNotChecked()
    {
        _scene.Server.FailWhere(r => r.Path.Value!.Contains("/secrets/", StringComparison.Ordinal), 403);
        _scene.Control();

        await _scene.ApprovedAsync(await _scene.FileAsync("edge-1", TokenA));
        await _scene.ApprovedAsync(await _scene.FileAsync("edge-2", TokenB));

        Assert.Equal(1, _scene.Log.Count("TokensUnread"));
    }

    [Fact]
    public async Task Run_ARenewalByTheMachineItself_IsApprovedWithAnotherKeyAndWithoutAToken()
    {
        await _scene.Client.DeleteAsync(new ResourcePath("v1", "secrets", "kube-system", "bootstrap-token-aaaaaa"), null, CancellationToken.None);
        _scene.Control();

        await _scene.ApprovedAsync(await _scene.FileAsync("edge-1", "unbounded:machine:edge-1"));
        await _scene.ApprovedAsync(await _scene.FileAsync("edge-1", "unbounded:machine:edge-1"));
    }

    [Fact]
    public async Task Run_AMachineThatAsksForAnotherOnesName_GetsNothing()
    {
        _scene.Control();
        var theft = await _scene.FileAsync("edge-2", "unbounded:machine:edge-1");

        await _scene.ObjectedAsync(theft, "neither a bootstrap token nor the machine itself");

        Assert.False(await _scene.IsApprovedAsync(theft));
    }

    [Fact]
    public async Task Run_AnObjection_IsSaidOnceHoweverOftenItIsLookedAt()
    {
        _scene.Control();
        var theft = await _scene.FileAsync("edge-2", TokenA);
        await _scene.ObjectedAsync(theft);
        for (var i = 0; i < 3; i++)
        {
            var before = Reads(theft);
            await _scene.Client.MergePatchAsync(
                MachineClaim.Path.Of("edge-2"), System.Text.Encoding.UTF8.GetBytes($$$"""{"spec":{"agent":{"image":"x:{{{i}}}"}} }"""), CancellationToken.None);
            await _scene.Server.AskedAsync(_ => Reads(theft) > before, _scene.Limit);
        }

        // Time for the last look to say something, if it would.
        await _scene.ApprovedAsync(await _scene.FileAsync("edge-1", "unbounded:machine:edge-1"));

        Assert.Equal(1, _scene.Log.Count("RequestWaits"));
        Assert.Equal(1, await _scene.EventsAsync("IdentityNotApproved"));
    }

    [Fact]
    public async Task Run_AServerThatRefusesTheApproval_IsTriedAgain()
    {
        var refused = 0;
        _scene.Server.FailWhere(r => r.Path.Value!.EndsWith("/approval", StringComparison.Ordinal) && Interlocked.Increment(ref refused) <= 2, 409);
        _scene.Control();

        await _scene.ApprovedAsync(await _scene.FileAsync("edge-1", TokenA));

        Assert.Equal(3, refused);
    }

    [Fact]
    public async Task Run_ADeniedRequestOrAnotherSigners_IsLeftAlone()
    {
        using var key = MachineKey.Create();
        var denied = await _scene.FileAsync("edge-1", TokenA, key);
        var item = JsonNode.Parse((await _scene.Client.GetAsync(SigningRequest.Path.Of(denied), CancellationToken.None)).Json.Span)!;
        item["status"] = new JsonObject { ["conditions"] = new JsonArray(new JsonObject { ["type"] = "Denied", ["reason"] = "x", ["message"] = "no" }) };
        await _scene.Client.ReplaceAsync(SigningRequest.Path.Of(denied) with { Subresource = "approval" }, System.Text.Encoding.UTF8.GetBytes(item.ToJsonString()), CancellationToken.None);
        _scene.Control();

        await _scene.ApprovedAsync(await _scene.FileAsync("edge-2", TokenB));

        Assert.False(await _scene.IsApprovedAsync(denied));
        Assert.Equal(0, _scene.Log.Count("RequestWaits"));
    }

    [Fact]
    public async Task Run_TwoControllers_OneWorksAndTheOtherTakesOverWhenItIsStopped()
    {
        var stop = _scene.Control("one", leaseSeconds: 15);
        await _scene.ApprovedAsync(await _scene.FileAsync("edge-1", TokenA));
        _scene.Control("two", leaseSeconds: 15);
        await stop();

        await _scene.ApprovedAsync(await _scene.FileAsync("edge-2", TokenB));

        Assert.Contains(_scene.Log.Lines, l => l.StartsWith("two leads", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_WithoutRights_GoesOnAskingUntilItHasThem()
    {
        _scene.Server.FailWhere(r => r.Path.Value!.Contains("certificatesigningrequests", StringComparison.Ordinal) && r.Query["watch"].Count == 0 && r.Method == "GET" && r.Path.Value!.EndsWith("requests", StringComparison.Ordinal), 403);
        _scene.Control();
        var request = await _scene.FileAsync("edge-1", TokenA);
        await _scene.Server.AskedAsync(r => r.Contains("signerName", StringComparison.Ordinal), _scene.Limit);

        _scene.Server.FailWhere(null, 0);

        await _scene.ApprovedAsync(request);
        Assert.InRange(_scene.Log.Count("InformerLost"), 1, 1);
    }

    private int Reads(string request) => _scene.Server.Requests.Count(r => r == $"GET /apis/certificates.k8s.io/v1/certificatesigningrequests/{request}");
}
