using System.Text;
using Unbounded.Agent.Core;
using Unbounded.Agent.Kubernetes;
using Unbounded.Agent.Kubernetes.Resources;
using Unbounded.Agent.Kubernetes.Tests.StandIn;
using Unbounded.Agent.Tests.Support;

namespace Unbounded.Agent.Tests.Cluster;

public sealed class ClusterMemberTests : IAsyncLifetime
{
    private JoinedHost _host = null!;

    public async Task InitializeAsync() => _host = await JoinedHost.CreateAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Run_WithoutAMachine_RegistersExactlyWhatIsInForce()
    {
        Host.Write(_host.Host.Paths.MachineFile, Host.Machine("1.31.0", "    nodeLabels:\n      rack: r7\n  update:\n    healthGate:\n      settle: 5s\n"));
        var before = (await _host.Files.ReadAsync(_host.Limit))!.State;

        _host.Run();
        var machine = await _host.MachineAsync(_ => true);

        Assert.Equal("1.31.0", (string?)machine["spec"]!["kubernetes"]!["version"]);
        Assert.Equal("node-1", (string?)machine["spec"]!["kubernetes"]!["nodeRef"]!["name"]);
        Assert.Equal("oci-layout:///images:v1", (string?)machine["spec"]!["agent"]!["image"]);
        Assert.Equal("5s", (string?)machine["spec"]!["update"]!["healthGate"]!["settle"]);
        await _host.WokenAsync(() => Task.FromResult(File.Exists(_host.Host.Paths.ClusterMachine)));
        var after = (await _host.Files.ReadAsync(_host.Limit))!.State;
        Assert.Equal(before.Config.Cluster.Version, after.Config.Cluster.Version);
        Assert.Equal(before.Config.Kubelet.Labels, after.Config.Kubelet.Labels);
        Assert.Equal(before.Policy.HealthGate.Settle, after.Policy.HealthGate.Settle);
    }

    [Fact]
    public async Task Run_WithAMachine_WantsWhatItSaysAndNotTheLocalFile()
    {
        Host.Write(_host.Host.Paths.MachineFile, Host.Machine("1.31.0"));
        await _host.CreateMachineAsync("1.32.5");

        _host.Run();

        await _host.WokenAsync(async () => await WantedAsync() == "1.32.5");
        Assert.DoesNotContain(_host.Server.Requests, r => r.StartsWith("PATCH", StringComparison.Ordinal) && !r.Contains("/status", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_AnEdit_WakesTheDaemon()
    {
        await _host.CreateMachineAsync("1.32.5");
        _host.Run();
        await _host.WokenAsync(async () => await WantedAsync() == "1.32.5");

        await _host.Admin.MergePatchAsync(JoinedHost.Machines.Of("edge-1"), """{"spec":{"kubernetes":{"version":"1.33.0"}}}"""u8.ToArray(), _host.Limit);

        await _host.WokenAsync(async () => await WantedAsync() == "1.33.0");
        Assert.Equal(2, (await _host.Files.ReadAsync(_host.Limit))!.State.Generation);
    }

    [Fact]
    public async Task Run_TheMachineIsDeleted_ItIsRegisteredAsItWasAndStaysWanted()
    {
        await _host.CreateMachineAsync("1.32.5");
        _host.Run();
        await _host.WokenAsync(async () => await WantedAsync() == "1.32.5");
        var uid = (string?)(await _host.MachineAsync(_ => true))["metadata"]!["uid"];

        await _host.Admin.DeleteAsync(JoinedHost.Machines.Of("edge-1"), null, _host.Limit);
        var again = await _host.MachineAsync(m => (string?)m["metadata"]!["uid"] != uid);

        Assert.Equal("1.32.5", (string?)again["spec"]!["kubernetes"]!["version"]);
        Assert.Equal("1.32.5", await WantedAsync());
    }

    [Fact]
    public async Task Run_TheServerIsLost_WhatItSaidStaysInForceAndTheStateSaysWhy()
    {
        await _host.CreateMachineAsync("1.32.5");
        _host.Run();
        await _host.WokenAsync(async () => await WantedAsync() == "1.32.5");

        await _host.Server.DisposeAsync();

        await _host.WokenAsync(() => Task.FromResult(_host.Member.State?.Problem?.Code == KubernetesErrors.Unreachable.Id));
        Assert.Equal("1.32.5", await WantedAsync());
    }

    [Theory]
    [InlineData(FakeApiServer.NobodyToken, "UBA-5206")]
    [InlineData("an-expired-token", "UBA-5205")]
    public async Task Run_WithoutRights_SaysWhichCodeAndGoesOnWhenTheIdentityIsCorrected(string token, string code)
    {
        _host.WriteIdentity(token);
        await _host.CreateMachineAsync("1.32.5");
        _host.Run();
        await _host.WokenAsync(() => Task.FromResult(_host.Member.State?.Problem?.Code == code));

        _host.WriteIdentity(FakeApiServer.AdminToken);
        _host.Member.LookAgain();

        await _host.WokenAsync(async () => await WantedAsync() == "1.32.5");
    }

    [Fact]
    public async Task Run_AnIdentityIsCorrectedAndTheMachineIsAsItWas_TheDaemonIsWokenToSayThatAllIsWell()
    {
        await _host.CreateMachineAsync("1.32.5");
        _host.Run();
        await _host.WokenAsync(async () => await WantedAsync() == "1.32.5");
        _host.WriteIdentity(FakeApiServer.NobodyToken);
        _host.Member.LookAgain();
        await _host.WokenNextAsync(() => _host.Member.State?.Problem?.Code == KubernetesErrors.Forbidden.Id);

        _host.WriteIdentity(FakeApiServer.AdminToken);
        _host.Member.LookAgain();

        await _host.WokenNextAsync(() => _host.Member.State is { Problem: null });
    }

    [Fact]
    public async Task Run_AKubeconfigThatIsNone_IsSaidAndTheLocalFileStaysInForce()
    {
        Host.Write(_host.Host.Paths.Kubeconfig, "nothing: here\n");
        Host.Write(_host.Host.Paths.MachineFile, Host.Machine("1.31.0"));

        _host.Run();

        await _host.WokenAsync(() => Task.FromResult(_host.Member.State?.Problem?.Code == KubernetesErrors.KubeconfigInvalid.Id));
        Assert.Equal("1.31.0", await WantedAsync());
    }

    [Fact]
    public async Task Run_AFaultOfTheAgentItself_IsSaidAndItIsBegunAgain()
    {
        await _host.CreateMachineAsync("1.32.5");
        _host.Run(first: () => throw new InvalidOperationException("a fault"));
        await _host.WokenAsync(() => Task.FromResult(_host.Member.State?.Problem?.Code == CoreErrors.Unexpected.Id));

        _host.Member.LookAgain();
        await _host.Admin.MergePatchAsync(JoinedHost.Machines.Of("edge-1"), """{"spec":{"kubernetes":{"version":"1.33.0"}}}"""u8.ToArray(), _host.Limit);

        await _host.WokenAsync(async () => await WantedAsync() == "1.33.0");
    }

    [Fact]
    public async Task Run_WithoutAnIdentity_FollowsNothing()
    {
        File.Delete(_host.Host.Paths.Kubeconfig);

        _host.Run();

        Assert.Null(_host.Member.State);
        Assert.Empty(_host.Server.Requests);
    }

    [Fact]
    public async Task Read_AfterTheIdentityWasLost_IsStillWhatTheClusterSaidLast()
    {
        await _host.CreateMachineAsync("1.32.5");
        _host.Run();
        await _host.WokenAsync(async () => await WantedAsync() == "1.32.5");

        File.Delete(_host.Host.Paths.Kubeconfig);
        Host.Write(_host.Host.Paths.MachineFile, "apiVersion: unbounded-cloud.io/v1alpha3\nkind: Machine\nmetadata: {name: edge-1}\nspec: {kubernetes: {version: 1.20.0}}\n");
        Assert.Equal("1.32.5", await WantedAsync());

        Host.Write(_host.Host.Paths.ConfigFile, """{ "MachineName": "edge-1", "Cluster": { "Version": "1.30.1" }, "Kubelet": {}, "OCIImage": "oci-layout:///images:v1" }""");
        Assert.Equal("1.20.0", await WantedAsync());
    }

    [Fact]
    public async Task Read_AfterTheHostWasRenamed_IsNotWhatWasSaidOfItsOldName()
    {
        await _host.CreateMachineAsync("1.32.5");
        _host.Run();
        await _host.WokenAsync(async () => await WantedAsync() == "1.32.5");

        Host.Write(_host.Host.Paths.ConfigFile, _host.Config().Replace("\"MachineName\": \"edge-1\"", "\"MachineName\": \"edge-2\"", StringComparison.Ordinal));

        Assert.Equal("1.30.1", await WantedAsync());
        Assert.Contains("edge-2", Encoding.UTF8.GetString((await _host.Files.RegistrationAsync(_host.Limit))!), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Offer_AStatus_IsToldOnceThoughTheMachineChanges()
    {
        await _host.CreateMachineAsync("1.32.5");
        _host.Offer(new MachineStatus { Message = "well" });
        _host.Run();
        await _host.MachineAsync(m => (string?)m["status"]?["message"] == "well");

        _host.Offer(new MachineStatus { Message = "well" });
        await _host.Admin.MergePatchAsync(JoinedHost.Machines.Of("edge-1"), """{"spec":{"kubernetes":{"version":"1.33.0"}}}"""u8.ToArray(), _host.Limit);
        await _host.WokenAsync(async () => await WantedAsync() == "1.33.0");
        _host.Offer(new MachineStatus { Message = "better" });
        await _host.MachineAsync(m => (string?)m["status"]?["message"] == "better");

        Assert.Equal(2, _host.StatusWrites());
    }

    [Fact]
    public async Task Offer_WhileTheServerRefuses_IsToldLaterAndOnlyTheLatest()
    {
        await _host.CreateMachineAsync("1.32.5");
        _host.WriteIdentity(FakeApiServer.NobodyToken);
        _host.Run();
        _host.Offer(new MachineStatus { Message = "first" });
        _host.Offer(new MachineStatus { Message = "second" });

        _host.WriteIdentity(FakeApiServer.AdminToken);
        _host.Member.LookAgain();
        var machine = await _host.MachineAsync(m => m["status"]?["message"] is not null);

        Assert.Equal("second", (string?)machine["status"]!["message"]);
    }

    [Fact]
    public async Task Offer_MachineMadeAnew_IsToldAgain()
    {
        await _host.CreateMachineAsync("1.32.5");
        _host.Offer(new MachineStatus { Message = "well" });
        _host.Run();
        var uid = (string?)(await _host.MachineAsync(m => (string?)m["status"]?["message"] == "well"))["metadata"]!["uid"];

        await _host.Admin.DeleteAsync(JoinedHost.Machines.Of("edge-1"), null, _host.Limit);

        await _host.MachineAsync(m => (string?)m["metadata"]!["uid"] != uid && (string?)m["status"]?["message"] == "well");
    }

    private async Task<string?> WantedAsync() => (await _host.Files.ReadAsync(_host.Limit))?.State.Config.Cluster.Version;
}
