using System.Diagnostics;
using Unbounded.Agent.TestHost.Hosts;
using Unbounded.Agent.TestHost.Images;
using Unbounded.Agent.TestHost.Machines;

namespace Unbounded.Agent.Integration.Images;

/// <summary>
/// Each image of <c>images/node/variants</c> breaks in the way its name says, and not earlier: what a node does up to there
/// works. Without an agent, so that a test of the agent can lean on it.
/// </summary>
[Collection(OnSystemdHosts.Name)]
public sealed class VariantTests
{
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task NoBoot_StartJob_IsNotDone()
    {
        await using var host = await NewHostAsync();
        var machine = await PrepareAsync(host, "no-boot");

        await host.RunAsync("systemctl", "start", "--no-block", machine.Unit);
        await host.ShellAsync("timeout 60 sh -c 'until systemctl -M kube1 is-active --quiet basic.target 2>/dev/null; do sleep 0.2; done'");
        var waited = await host.ExecAsync("timeout", "3", "systemctl", "start", machine.Unit);

        Assert.Equal(124, waited.ExitCode);
        Assert.Equal("activating", await host.RunAsync("systemctl", "show", machine.Unit, "--value", "-p", "ActiveState"));
    }

    [Fact]
    public async Task NoContainerd_Machine_BootsButItsNodeDoesNotStart()
    {
        await using var host = await NewHostAsync();
        var machine = await PrepareAsync(host, "no-containerd");
        await machine.StartAsync();

        var error = await Assert.ThrowsAsync<InvalidOperationException>(machine.StartNodeAsync);

        Assert.Contains("containerd", error.Message, StringComparison.Ordinal);
        Assert.Equal("inactive", await machine.PropertyAsync("kubelet", "ActiveState"));
    }

    [Fact]
    public async Task BadFlag_Kubelet_NeverAnswersWhileContainerdRuns()
    {
        await using var host = await NewHostAsync();
        var machine = await PrepareAsync(host, "bad-flag");
        await machine.StartAsync();

        await machine.StartNodeAsync();

        var error = await Assert.ThrowsAsync<TimeoutException>(() => machine.WaitHealthyAsync(Settle, TimeSpan.FromSeconds(15)));
        Assert.Contains("unknown flag: --no-such-flag", error.Message, StringComparison.Ordinal);
        Assert.Equal("active", await machine.PropertyAsync("containerd", "ActiveState"));
        Assert.NotEqual("0", await machine.PropertyAsync("kubelet", "NRestarts"));
    }

    [Fact]
    public async Task CrashLoop_Kubelet_IsHealthyBeforeItIsRestarted()
    {
        await using var host = await NewHostAsync();
        var machine = await PrepareAsync(host, "crash-loop");
        await machine.StartAsync();
        await machine.StartNodeAsync();
        await machine.WaitHealthyAsync(Settle, Limit);
        var invocation = await machine.PropertyAsync("kubelet", "InvocationID");
        var restarts = await machine.PropertyAsync("kubelet", "NRestarts");

        await host.ShellAsync("timeout 60 sh -c 'until [ \"$(systemctl -M kube1 show kubelet --value -p NRestarts)\" != 0 ]; do sleep 0.2; done'");

        Assert.Equal("0", restarts);
        Assert.NotEqual(invocation, await machine.PropertyAsync("kubelet", "InvocationID"));
    }

    private static Task<SystemdHost> NewHostAsync() => SystemdHosts.NewAsync((string)Suites.Selected.First()[0]);

    // the variant's own layer on top of v2's kubelet and the common base
    private static async Task<HandMadeMachine> PrepareAsync(SystemdHost host, string tag)
    {
        var variants = new OciLayout(Path.Combine(NodeImages.Root, "variants"));
        var layer = Path.Combine(host.Directory.Share, tag);
        Directory.CreateDirectory(layer);
        using var tar = Process.Start("tar", ["--zstd", "-xpf", variants.Verify(variants.Layers(tag)[^1]), "-C", layer]);
        await tar.WaitForExitAsync();
        Assert.Equal(0, tar.ExitCode);
        return await HandMadeMachine.PrepareAsync(
            host,
            "kube1",
            $"{SystemdHost.ShareMount}/{tag}",
            $"{SystemdHost.ImagesMount}/kubelet-{NodeImages.Version2}",
            $"{SystemdHost.ImagesMount}/v1");
    }
}
