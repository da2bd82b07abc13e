using Unbounded.Agent.Core.Configuration;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Kubernetes.Resources;

namespace Unbounded.Agent.Kubernetes.Tests.Resources;

public sealed class DesiredStateMergerTests
{
    private static DesiredState Merge(string machine) => DesiredStateMerger.Merge(TestMachine.Config, TestMachine.Parsed(machine));

    [Fact]
    public void Merge_MinimalMachine_IsTheConfigurationWithDefaults()
    {
        var desired = DesiredStateMerger.Merge(TestMachine.Config, TestMachine.Parsed(TestMachine.Minimal), generation: 7);
        Assert.Equal(TestMachine.Config, desired.Config);
        Assert.Equal(new UpdatePolicy(), desired.Policy);
        Assert.Equal((0, 0, 7), (desired.RebootCounter, desired.RepaveCounter, desired.Generation));
    }

    [Fact]
    public void Merge_EverySetField_WinsOverTheConfiguration()
    {
        var desired = Merge(TestMachine.Full);
        Assert.Equal("1.33.1", desired.Config.Cluster.Version);
        Assert.Equal("oci-layout:///srv/images/node:v2", desired.Config.OCIImage);
        Assert.Equal((2, 5, 12), (desired.RebootCounter, desired.RepaveCounter, desired.Generation));
        Assert.Equal(new DownloadSource(URL: "https://mirror.example/runc"), desired.Config.Downloads!.Runc);
        Assert.Equal(
            new UpdatePolicy
            {
                Strategy = UpdateStrategy.OnDelete,
                Paused = true,
                RetryNonce = "3",
                MaintenanceWindow = "22:00-05:30",
                HealthGate = new HealthGatePolicy
                {
                    BootTimeout = TimeSpan.FromMinutes(2),
                    Timeout = TimeSpan.FromMinutes(10),
                    Settle = TimeSpan.FromSeconds(45),
                    SystemPods = TimeSpan.FromSeconds(90),
                    Url = "https://health.example/ready",
                },
                Rollback = new RollbackPolicy { MaxAttempts = 5 },
                Drain = new DrainPolicy { Enabled = true, Timeout = TimeSpan.FromMinutes(15), PodGrace = TimeSpan.FromSeconds(20) },
            },
            desired.Policy);
    }

    [Fact]
    public void Merge_Labels_AreJoinedAndTheMachineWins() =>
        Assert.Equal(
            new Dictionary<string, string> { ["example.com/rack"] = "7", ["host"] = "x", ["zone"] = "b" },
            Merge(TestMachine.Full).Config.Kubelet.Labels);

    [Fact]
    public void Merge_Taints_AreJoinedByKeyAndEffect()
    {
        Assert.Equal(["dedicated=edge:NoSchedule", "gpu:NoSchedule", "dedicated=edge:NoExecute"], Merge(TestMachine.Full).Config.Kubelet.RegisterWithTaints);
        Assert.Equal(
            ["gpu:NoSchedule", "dedicated=core:NoSchedule"],
            Merge(TestMachine.With("spec: {kubernetes: {registerWithTaints: ['dedicated=core:NoSchedule']}}")).Config.Kubelet.RegisterWithTaints);
    }

    [Fact]
    public void Merge_PartOfAPolicy_KeepsTheOtherDefaults()
    {
        var policy = Merge(TestMachine.With("spec: {update: {drain: {podGrace: 0s}}}")).Policy;
        Assert.Equal(new UpdatePolicy { Drain = new DrainPolicy { PodGrace = TimeSpan.Zero } }, policy);
    }

    [Fact]
    public void Merge_DownloadsOfTheHost_StayWhereTheMachineNamesNone()
    {
        var config = TestMachine.Config with { Downloads = new DownloadsConfig { Runc = new DownloadSource(URL: "https://host.example/runc"), CNI = new DownloadSource("https://host.example/cni") } };
        var merged = DesiredStateMerger.Merge(config, TestMachine.Parsed(TestMachine.With("spec: {agent: {downloads: {runc: {version: 1.2.6}}}}"))).Config.Downloads!;
        Assert.Equal(new DownloadSource(Version: "1.2.6"), merged.Runc);
        Assert.Equal(config.Downloads.CNI, merged.CNI);
    }

    [Fact]
    public void Merge_AnothersMachine_IsRefused()
    {
        var machine = TestMachine.Parsed(TestMachine.Minimal.Replace("edge-7", "edge-8", StringComparison.Ordinal));
        var error = Assert.Throws<AgentException>(() => DesiredStateMerger.Merge(TestMachine.Config, machine));
        Assert.Equal(KubernetesErrors.MachineForeign, error.Code);
        Assert.Contains("edge-8", error.Message, StringComparison.Ordinal);
        Assert.Contains("edge-7", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Merge_DoesNotChangeWhatItWasGiven()
    {
        _ = Merge(TestMachine.Full);
        Assert.Equal(["host", "zone"], TestMachine.Config.Kubelet.Labels.Keys);
        Assert.Equal("a", TestMachine.Config.Kubelet.Labels["zone"]);
    }
}
