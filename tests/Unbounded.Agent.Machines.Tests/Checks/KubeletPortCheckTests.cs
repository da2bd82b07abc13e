using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Unbounded.Agent.Core.Configuration;
using Unbounded.Agent.Core.Verification;
using Unbounded.Agent.Linux.Tests.Cgroups;
using Unbounded.Agent.Machines.Checks;
using Unbounded.Agent.Machines.Tests.Support;

namespace Unbounded.Agent.Machines.Tests.Checks;

/// <summary>Against a real listener, which this process is: it moves into the kubelet's cgroup where it stands for one.</summary>
public sealed class KubeletPortCheckTests : IDisposable
{
    private readonly FakeNodes _nodes = new();
    private readonly TemporaryRoot _cgroups = new();
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public KubeletPortCheckTests()
    {
        _listener.Start();
        _nodes[Targets.One] = new FakeNode("/") { Payload = _cgroups.Path };
    }

    private int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public void Dispose()
    {
        _listener.Dispose();
        _cgroups.Dispose();
    }

    [Fact]
    public async Task EvaluateAsync_KubeletOfTheMachineListens_PassesWithItsProcess()
    {
        KubeletIs(Environment.ProcessId);

        var result = await EvaluateAsync(Port);

        Assert.Equal((CheckOutcome.Passed, $"port {Port} is held by pid {Environment.ProcessId} (kubelet of kube1)"), (result.Outcome, result.Evidence));
    }

    [Fact]
    public async Task EvaluateAsync_ForeignProcessListens_IsNotYetAndNamesIt()
    {
        using var cgroup = new TestCgroup();
        KubeletIs(cgroup.Polite(cgroup.Child("kubelet")).Id);

        var result = await EvaluateAsync(Port);

        Assert.Equal(CheckOutcome.NotYet, result.Outcome);
        Assert.StartsWith($"port {Port} is not the kubelet's of kube1: ", result.Evidence, StringComparison.Ordinal);
        Assert.EndsWith($"(pid {Environment.ProcessId}) listens there", result.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EvaluateAsync_NobodyListens_IsNotYet()
    {
        KubeletIs(Environment.ProcessId);
        var port = Port;
        _listener.Stop();

        var result = await EvaluateAsync(port);

        Assert.Equal((CheckOutcome.NotYet, $"port {port} is not the kubelet's of kube1: nobody listens there"), (result.Outcome, result.Evidence));
    }

    [Fact]
    public async Task EvaluateAsync_NoKubelet_IsNotYet() => Assert.Equal("no kubelet runs in kube1", (await EvaluateAsync(Port)).Evidence);

    [Fact]
    public async Task EvaluateAsync_NotConfigured_IsPort10250()
    {
        KubeletIs(Environment.ProcessId);

        Assert.StartsWith("port 10250 ", (await Check(null).EvaluateAsync(default)).Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EvaluateAsync_ServerTurnedOff_Passes() =>
        Assert.Equal(CheckOutcome.Passed, (await Check(new JsonObject { ["enableServer"] = false }).EvaluateAsync(default)).Outcome);

    [Fact]
    public async Task Checks_OfAMachine_IncludeThePortAndTheApiServer()
    {
        await using var scene = new MachinesScene();

        var names = scene.Slots.Checks(Targets.One, Targets.Of(Configs.Standalone())).Select(c => c.Name);

        Assert.Equal(["machine-booted", "containerd", "kubelet-healthz", "kubelet-port", "kubelet-stable", "kubelet-version", "api-server"], names);
    }

    private void KubeletIs(int pid) => _cgroups.Write("/system.slice/kubelet.service/cgroup.procs", pid.ToString(CultureInfo.InvariantCulture) + "\n");

    private Task<CheckResult> EvaluateAsync(int port) => Check(new JsonObject { ["port"] = port }).EvaluateAsync(default);

    private KubeletPortCheck Check(JsonObject? configuration) =>
        new(Targets.One, _nodes, new KubeletConfig { Configuration = configuration });
}
