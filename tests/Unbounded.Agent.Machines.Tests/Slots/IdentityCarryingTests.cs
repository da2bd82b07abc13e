using Unbounded.Agent.Core.Configuration;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Machines.Slots;
using Unbounded.Agent.Machines.Tests.Support;

namespace Unbounded.Agent.Machines.Tests.Slots;

/// <summary>Whether a new side takes over the kubelet's certificate, or joins anew.</summary>
public sealed class IdentityCarryingTests : IAsyncLifetime
{
    private const string Kubeconfig = "/var/lib/kubelet/kubeconfig";
    private readonly MachinesScene _scene = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _scene.DisposeAsync();

    [Fact]
    public async Task Swap_SameCluster_TakesTheCertificateOver()
    {
        await InstallAsync();

        await SwapAsync(Joined);

        Assert.True(_scene.Identity.HasCertificate(Targets.Two));
        Assert.True(File.Exists(_scene.Paths.MachineRoot(Targets.Two) + Kubeconfig));
    }

    [Fact]
    public async Task Swap_CertificateWasRotatedSinceThePreparation_TakesTheNewOneOver()
    {
        await InstallAsync();
        await _scene.Slots.PrepareAsync(Targets.Two, _scene.Image("v2", "1.20.4", Joined), _scene.Progress, default);
        _scene.GiveCertificate(Targets.One, "2027");

        await HandOverAsync();

        Assert.Equal(
            "/var/lib/kubelet/pki/kubelet-client-2027.pem",
            new FileInfo(_scene.Paths.Identity(Targets.Two) + "/kubelet-client-current.pem").LinkTarget);
    }

    [Theory]
    [InlineData("api")]
    [InlineData("ca")]
    [InlineData("name")]
    public async Task Swap_AnotherClusterOrName_JoinsAnew(string changed)
    {
        await InstallAsync();

        await SwapAsync(c => changed switch
        {
            "api" => Joined(c) with { Kubelet = Joined(c).Kubelet with { ApiServer = "https://other.example:6443" } },
            "ca" => Joined(c) with { Cluster = Joined(c).Cluster with { CaCertBase64 = Convert.ToBase64String("OTHER"u8) } },
            _ => Joined(c) with { NodeName = "node-2" },
        });

        Assert.False(_scene.Identity.HasCertificate(Targets.Two));
        Assert.False(File.Exists(_scene.Paths.MachineRoot(Targets.Two) + Kubeconfig));
        Assert.True(File.Exists(_scene.Paths.MachineRoot(Targets.Two) + "/etc/kubernetes/bootstrap-kubelet.conf"));
    }

    [Fact]
    public async Task Swap_AnotherCluster_OldSidesEarlierIdentityIsNotFoundEither()
    {
        await InstallAsync();
        _scene.GiveCertificate(Targets.Two, "1999");

        await SwapAsync(c => Joined(c) with { NodeName = "node-2" });

        Assert.False(_scene.Identity.HasCertificate(Targets.Two));
        Assert.True(_scene.Identity.HasCertificate(Targets.One));
    }

    [Fact]
    public async Task Swap_NoCluster_TakesTheServingCertificateOver()
    {
        await _scene.InstallAsync(Targets.One, _scene.Image("v1", "1.20.2", c => c));
        await File.WriteAllTextAsync(_scene.Paths.Identity(Targets.One) + "/kubelet.crt", "its own");

        await SwapAsync(c => c);

        Assert.Equal("its own", await File.ReadAllTextAsync(_scene.Paths.Identity(Targets.Two) + "/kubelet.crt"));
        Assert.False(_scene.Identity.HasCertificate(Targets.Two));
    }

    [Fact]
    public async Task Law15_MarkOfAnOlderAgent_CountsAsTheSameCluster()
    {
        await InstallAsync();
        var mark = await File.ReadAllTextAsync(_scene.Paths.SlotMark(Targets.One));
        var older = System.Text.Json.Nodes.JsonNode.Parse(mark)!.AsObject();
        Assert.True(older.Remove("cluster"));
        older["somethingNewer"] = 1;
        await File.WriteAllTextAsync(_scene.Paths.SlotMark(Targets.One), older.ToJsonString());

        await SwapAsync(Joined);

        Assert.True(_scene.Identity.HasCertificate(Targets.Two));
    }

    [Fact]
    public void ClusterIdentity_SameCluster_IsEqualWhateverElseDiffers()
    {
        var one = Joined(Configs.Standalone());

        Assert.Equal(ClusterIdentity.Of(one), ClusterIdentity.Of(one with { NodeName = "x", OCIImage = "y" }));
        Assert.NotEqual(ClusterIdentity.Of(one), ClusterIdentity.Of(Configs.Standalone()));
        Assert.Matches("^[0-9a-f]{64}$", ClusterIdentity.Of(one));
    }

    private async Task InstallAsync()
    {
        await _scene.InstallAsync(Targets.One, _scene.Image("v1", "1.20.2", Joined));
        _scene.GiveCertificate(Targets.One);
    }

    private async Task SwapAsync(Func<AgentConfig, AgentConfig> change)
    {
        await _scene.Slots.PrepareAsync(Targets.Two, _scene.Image("v2", "1.20.4", change), _scene.Progress, default);
        await HandOverAsync();
    }

    private async Task HandOverAsync()
    {
        await _scene.Slots.DeactivateAsync(Targets.One, TimeSpan.Zero, _scene.Progress, default);
        Assert.Equal(Activation.Started, await _scene.Slots.ActivateAsync(Targets.Two, _scene.Progress, default));
    }

    private static AgentConfig Joined(AgentConfig config)
    {
        var joined = Configs.Joined(config.Cluster.Version);
        return joined with { OCIImage = config.OCIImage };
    }
}
