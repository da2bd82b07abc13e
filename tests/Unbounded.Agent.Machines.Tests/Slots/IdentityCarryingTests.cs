using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
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
    [InlineData(-1, 1, "2027")]
    [InlineData(1, 2, "2026")]
    [InlineData(-2, -1, "2026")]
    public async Task Revert_TheOldSidesCertificate_IsReplacedOnlyWhereItHasEndedAndTheNewOneHasNot(int ownHours, int renewedHours, string expected)
    {
        await InstallAsync();
        await SwapAsync(Joined);
        _scene.GiveCertificate(Targets.One, "2026", CertificateFor(ownHours));
        _scene.GiveCertificate(Targets.Two, "2027", CertificateFor(renewedHours));

        await RevertAsync();

        Assert.Equal($"/var/lib/kubelet/pki/kubelet-client-{expected}.pem", CurrentOf(Targets.One));
    }

    [Fact]
    public async Task Revert_FromAnotherCluster_DoesNotTakeItsCertificate()
    {
        await InstallAsync();
        await SwapAsync(c => Joined(c) with { NodeName = "node-2" });
        _scene.GiveCertificate(Targets.One, "2026", CertificateFor(-1));
        _scene.GiveCertificate(Targets.Two, "2027", CertificateFor(1));

        await RevertAsync();

        Assert.Equal("/var/lib/kubelet/pki/kubelet-client-2026.pem", CurrentOf(Targets.One));
    }

    [Fact]
    public async Task Law08_Revert_ToARenewedCertificate_TakesThatAloneAndWithItsKeyOnly()
    {
        await InstallAsync();
        await SwapAsync(Joined);
        _scene.GiveCertificate(Targets.One, "2026", CertificateFor(-1));
        _scene.GiveCertificate(Targets.Two, "2027", CertificateFor(1));
        File.WriteAllText(_scene.Paths.Identity(Targets.One) + "/kubelet.crt", "good");
        File.WriteAllText(_scene.Paths.Identity(Targets.Two) + "/kubelet.crt", "torn");

        await RevertAsync();

        Assert.Equal("good", File.ReadAllText(_scene.Paths.Identity(Targets.One) + "/kubelet.crt"));
        Assert.Equal(
            File.ReadAllText(_scene.Paths.Identity(Targets.Two) + "/kubelet-client-2027.pem"), File.ReadAllText(_scene.Paths.Identity(Targets.One) + "/kubelet-client-2027.pem"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-----BEGIN CERTIFICATE-----\n")]
    public async Task Revert_AnOwnCertificateThatCannotBeRead_IsReplacedByTheRenewedOne(string damaged)
    {
        await InstallAsync();
        await SwapAsync(Joined);
        _scene.GiveCertificate(Targets.One, "2026", damaged);
        _scene.GiveCertificate(Targets.Two, "2027", CertificateFor(1));

        await RevertAsync();

        Assert.Equal("/var/lib/kubelet/pki/kubelet-client-2027.pem", CurrentOf(Targets.One));
    }

    [Fact]
    public async Task Revert_ARenewedCertificateWithAnothersKey_ChangesNothing()
    {
        await InstallAsync();
        await SwapAsync(Joined);
        var (one, other) = (CertificateFor(1), CertificateFor(1));
        var key = other.IndexOf("-----BEGIN EC", StringComparison.Ordinal);
        _scene.GiveCertificate(Targets.One, "2026", CertificateFor(-1));
        _scene.GiveCertificate(Targets.Two, "2027", one[..one.IndexOf("-----BEGIN EC", StringComparison.Ordinal)] + other[key..]);

        await RevertAsync();

        Assert.Equal("/var/lib/kubelet/pki/kubelet-client-2026.pem", CurrentOf(Targets.One));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")]
    [InlineData("-----BEGIN CERTIFICATE-----\n")]
    public async Task Revert_ACertificateThatCannotBeRead_ChangesNothing(string damaged)
    {
        await InstallAsync();
        await SwapAsync(Joined);
        _scene.GiveCertificate(Targets.One, "2026", CertificateFor(-1));
        _scene.GiveCertificate(Targets.Two, "2027", damaged);

        await RevertAsync();

        Assert.Equal("/var/lib/kubelet/pki/kubelet-client-2026.pem", CurrentOf(Targets.One));
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

    private async Task RevertAsync() =>
        Assert.Equal(Activation.Started, await _scene.Slots.RevertAsync(Targets.Two, Targets.One, TimeSpan.Zero, _scene.Progress, default));

    private string? CurrentOf(SlotName slot) => new FileInfo(_scene.Paths.Identity(slot) + "/kubelet-client-current.pem").LinkTarget;

    // As a kubelet keeps it: the certificate, and its key behind it.
    private string CertificateFor(int hours)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("O=system:nodes, CN=system:node:node-1", key, HashAlgorithmName.SHA256);
        var until = _scene.Time.GetUtcNow().AddHours(hours);
        using var certificate = request.CreateSelfSigned(until.AddDays(-1), until);
        return $"{certificate.ExportCertificatePem()}\n{key.ExportECPrivateKeyPem()}\n";
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
