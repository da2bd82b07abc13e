using Unbounded.Agent.TestHost.Hosts;
using Unbounded.Agent.TestHost.Images;
using Unbounded.Agent.TestHost.Machines;

namespace Unbounded.Agent.Integration.Images;

/// <summary>The node images on real hosts: they boot, and their containerd and kubelet work. No agent is involved.</summary>
[Collection(OnSystemdHosts.Name)]
public sealed class NodeImageTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    // longer than the moment between a kubelet's first answer and its giving up over what it finds next
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(2);

    public static IEnumerable<object[]> SelectedSuites => Suites.Selected;

    [Theory]
    [MemberData(nameof(SelectedSuites))]
    public async Task TwoMachines_NodeSoftwareHandedOver_RunsInOneAfterTheOther(string suite)
    {
        await using var host = await SystemdHosts.NewAsync(suite);
        var kube1 = await HandMadeMachine.PrepareAsync(host, "kube1", $"{SystemdHost.ImagesMount}/v1");
        var kube2 = await HandMadeMachine.PrepareAsync(
            host, "kube2", $"{SystemdHost.ImagesMount}/kubelet-{NodeImages.Version2}", $"{SystemdHost.ImagesMount}/v1");
        await kube1.StartAsync();
        await kube1.StartNodeAsync();
        await kube1.WaitHealthyAsync(Settle, Limit);
        var network = await NetworkAsync(host);

        await kube2.StartAsync();

        Assert.Equal("inactive", await kube2.PropertyAsync("kubelet", "ActiveState"));
        Assert.Equal("inactive", await kube2.PropertyAsync("containerd", "ActiveState"));
        Assert.Equal(network, await NetworkAsync(host));

        await kube1.StopNodeAsync();
        await kube2.StartNodeAsync();
        await kube2.WaitHealthyAsync(Settle, Limit);

        Assert.Equal("inactive", await kube1.PropertyAsync("kubelet", "ActiveState"));
        Assert.Equal("active", await kube2.PropertyAsync("kubelet", "ActiveState"));
        Assert.Equal("0", await kube2.PropertyAsync("kubelet", "NRestarts"));
        await kube1.StopAsync();
        await kube2.StopAsync();
        Assert.Equal("", await host.RunAsync("systemctl", "--failed", "--no-legend"));
    }

    [Theory]
    [MemberData(nameof(SelectedSuites))]
    public async Task Machine_Booted_IsRunningAndNotEnabledForMoreThanItNeeds(string suite)
    {
        await using var host = await SystemdHosts.NewAsync(suite);
        var machine = await HandMadeMachine.PrepareAsync(host, "kube1", $"{SystemdHost.ImagesMount}/v1");

        await machine.StartAsync();

        Assert.Equal("running", await host.RunAsync("systemctl", "-M", "kube1", "is-system-running"));
        var active = await host.RunAsync("systemctl", "-M", "kube1", "list-units", "--type=service", "--state=running", "--no-legend", "--plain");
        Assert.Equal(
            ["dbus.service", "systemd-journald.service", "systemd-logind.service"],
            active.Split('\n').Select(l => l.Split(' ')[0]).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("v1", NodeImages.Version1)]
    [InlineData("kubelet-" + NodeImages.Version2, NodeImages.Version2)]
    public async Task Kubelet_Version_IsWhatTheTagPromises(string directory, string version)
    {
        await using var host = await SystemdHosts.NewAsync((string)Suites.Selected.First()[0]);

        Assert.Equal($"Kubernetes {version}", await host.RunAsync($"{SystemdHost.ImagesMount}/{directory}/usr/local/bin/kubelet", "--version"));
    }

    private static Task<string> NetworkAsync(SystemdHost host)
        => host.ShellAsync("ip -oneline address; ip route show table all; nft list ruleset; sysctl -a 2>/dev/null | grep '^net\\.'");
}
