using System.Net.Sockets;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Verification;
using Unbounded.Agent.Linux;
using Unbounded.Agent.Linux.DBus.Systemd;
using Unbounded.Agent.Machines.Checks;
using Unbounded.Agent.Machines.Tests.Support;

namespace Unbounded.Agent.Machines.Tests.Checks;

public sealed class MachineChecksTests : IAsyncLifetime
{
    private const string Kubelet = "kubelet.service";
    private readonly TemporaryRoot _root = new();
    private readonly FakeNodes _nodes = new();
    private readonly FakeNode _node;
    private readonly HttpClient _http = new();
    private readonly KubeletHealthCheck _answers;

    public MachineChecksTests()
    {
        _node = new FakeNode(_root.Path);
        _nodes[Targets.One] = _node;
        _answers = new KubeletHealthCheck(Targets.One, _nodes, _http, endpoint: null);
    }

    public async Task InitializeAsync() => await _answers.EvaluateAsync(default);

    public Task DisposeAsync()
    {
        _http.Dispose();
        _root.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task MachineBooted_Running_PassesWithItsBootId()
    {
        var result = await new MachineBootedCheck(Targets.One, _nodes).EvaluateAsync(default);

        Assert.Equal(CheckOutcome.Passed, result.Outcome);
        Assert.Contains(_node.BootId!, result.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MachineBooted_Degraded_PassesWithTheNames()
    {
        _node.Fake.Unit("broken.service").State = new UnitState("broken.service") { ActiveState = ActiveState.Failed };

        var result = await new MachineBootedCheck(Targets.One, _nodes).EvaluateAsync(default);

        Assert.Equal(CheckOutcome.Passed, result.Outcome);
        Assert.Contains("broken.service", result.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MachineBooted_ManyFailures_EvidenceStaysShort()
    {
        for (var i = 0; i < 100; i++)
        {
            _node.Fake.Unit($"broken-{i}.service").State = new UnitState($"broken-{i}.service") { ActiveState = ActiveState.Failed };
        }

        var result = await new MachineBootedCheck(Targets.One, _nodes).EvaluateAsync(default);

        Assert.Contains("and 80 more", result.Evidence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(SystemState.Starting)]
    [InlineData(SystemState.Stopping)]
    [InlineData(SystemState.Maintenance)]
    public async Task MachineBooted_AnyOtherState_IsNotYet(SystemState state)
    {
        _node.Fake.System = state;

        Assert.Equal(CheckOutcome.NotYet, (await new MachineBootedCheck(Targets.One, _nodes).EvaluateAsync(default)).Outcome);
    }

    [Fact]
    public async Task KubeletStable_SameRun_Passes()
    {
        _node.Fake.Running(Kubelet);
        var check = new KubeletStableCheck(Targets.One, _nodes);

        Assert.Equal(CheckOutcome.Passed, (await check.EvaluateAsync(default)).Outcome);
        Assert.Equal(CheckOutcome.Passed, (await check.EvaluateAsync(default)).Outcome);
    }

    [Fact]
    public async Task KubeletStable_RestartedBySystemd_FailsOnceThenPasses()
    {
        _node.Fake.Running(Kubelet);
        var check = new KubeletStableCheck(Targets.One, _nodes);
        await check.EvaluateAsync(default);
        _node.Fake.Unit(Kubelet).State = _node.Fake.Unit(Kubelet).State with { RestartCount = 1, InvocationId = "second" };

        var seen = await check.EvaluateAsync(default);

        Assert.Equal(CheckOutcome.NotYet, seen.Outcome);
        Assert.Contains("restarted", seen.Evidence, StringComparison.Ordinal);
        Assert.Equal(CheckOutcome.Passed, (await check.EvaluateAsync(default)).Outcome);
    }

    [Fact]
    public async Task KubeletStable_StartedAnewByAPerson_FailsOnce()
    {
        _node.Fake.Running(Kubelet);
        var check = new KubeletStableCheck(Targets.One, _nodes);
        await check.EvaluateAsync(default);
        await _node.Fake.RestartAsync(Kubelet);

        Assert.Equal(CheckOutcome.NotYet, (await check.EvaluateAsync(default)).Outcome);
    }

    [Fact]
    public async Task KubeletStable_BetweenTwoStarts_IsNotYetAndSaysWhy()
    {
        _node.Fake.Unit(Kubelet).State = new UnitState(Kubelet)
        {
            ActiveState = ActiveState.Activating,
            SubState = "auto-restart",
            Result = "exit-code",
            RestartCount = 4,
        };

        var result = await new KubeletStableCheck(Targets.One, _nodes).EvaluateAsync(default);

        Assert.Equal(CheckOutcome.NotYet, result.Outcome);
        Assert.Contains("auto-restart", result.Evidence, StringComparison.Ordinal);
        Assert.Contains("exit-code", result.Evidence, StringComparison.Ordinal);
        Assert.Contains("4 restarts", result.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task KubeletVersion_Target_PassesAndIsAskedOnce()
    {
        KubeletSays("Kubernetes v1.20.2\n");
        var check = new KubeletVersionCheck(Targets.One, _nodes, _answers, "v1.20.2");

        Assert.Equal(CheckOutcome.Passed, (await check.EvaluateAsync(default)).Outcome);
        Assert.Equal(CheckOutcome.Passed, (await check.EvaluateAsync(default)).Outcome);
        Assert.Single(_node.Fake.Calls);
    }

    [Fact]
    public async Task KubeletVersion_KubeletDoesNotAnswerYet_NothingIsRunBesideIt()
    {
        KubeletSays("Kubernetes v1.20.2\n");
        var silent = new KubeletHealthCheck(Targets.One, _nodes, _http, new KubeletHealthEndpoint(new Uri("http://127.0.0.1:1/healthz")));

        var result = await new KubeletVersionCheck(Targets.One, _nodes, silent, "1.20.2").EvaluateAsync(default);

        Assert.Equal(CheckOutcome.NotYet, result.Outcome);
        Assert.Empty(_node.Fake.Calls);
    }

    [Fact]
    public async Task KubeletVersion_AnotherOne_EndsTheGateAtOnce()
    {
        KubeletSays("Kubernetes v1.20.4\n");

        var result = await new KubeletVersionCheck(Targets.One, _nodes, _answers, "1.20.2").EvaluateAsync(default);

        Assert.Equal(CheckOutcome.Never, result.Outcome);
        Assert.Contains("1.20.4, not 1.20.2", result.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task KubeletVersion_DoesNotTell_IsNotYet()
    {
        KubeletSays("");

        Assert.Equal(CheckOutcome.NotYet, (await new KubeletVersionCheck(Targets.One, _nodes, _answers, "1.20.2").EvaluateAsync(default)).Outcome);
    }

    [Fact]
    public async Task Containerd_Answers_Passes()
    {
        Directory.CreateDirectory(_root.Path + "/run/containerd");
        await using var server = new GrpcServer(_root.Path + "/run/containerd/containerd.sock", GrpcServer.Version("1.6.20"));

        var result = await new ContainerdCheck(Targets.One, _nodes).EvaluateAsync(default);

        Assert.Equal(CheckOutcome.Passed, result.Outcome);
        Assert.Equal("containerd 1.6.20 of kube1 answers", result.Evidence);
    }

    [Fact]
    public async Task Containerd_NoSocket_IsNotYet() =>
        Assert.Equal("containerd of kube1 has no socket", (await new ContainerdCheck(Targets.One, _nodes).EvaluateAsync(default)).Evidence);

    [Fact]
    public async Task Containerd_SocketNobodyListensOn_IsNotYet()
    {
        Directory.CreateDirectory(_root.Path + "/run/containerd");
        using (var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            socket.Bind(new UnixDomainSocketEndPoint(_root.Path + "/run/containerd/s"));
            File.Move(_root.Path + "/run/containerd/s", _root.Path + "/run/containerd/containerd.sock");
        }

        var result = await new ContainerdCheck(Targets.One, _nodes).EvaluateAsync(default);

        Assert.Equal(CheckOutcome.NotYet, result.Outcome);
        Assert.Contains("does not answer", result.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Law16_Containerd_LinkToTheHostsSocket_ProvesNothing()
    {
        using var host = new TemporaryRoot();
        await using var server = new GrpcServer(host.Path + "/containerd.sock", GrpcServer.Version("1.6.20"));
        Directory.CreateDirectory(_root.Path + "/run");
        File.CreateSymbolicLink(_root.Path + "/run/containerd", host.Path);

        Assert.Equal(CheckOutcome.NotYet, (await new ContainerdCheck(Targets.One, _nodes).EvaluateAsync(default)).Outcome);
        Assert.Empty(server.RequestHeaders);
    }

    [Fact]
    public async Task AnyCheck_MachineThatIsDown_IsNotYet()
    {
        _nodes[Targets.One] = null;

        Assert.All(
            await Task.WhenAll(All().Select(c => c.EvaluateAsync(default))),
            r => Assert.Equal(CheckResult.NotYet("machine kube1 does not run"), r));
    }

    [Fact]
    public async Task AnyCheck_SystemdThatDoesNotAnswer_IsNotYetWithTheCode()
    {
        _root.Write("/usr/bin/kubelet", "");
        _node.Fake.Broken = new AgentException(LinuxErrors.BusCallTimeout, "the call failed", "no answer", "wait");

        Assert.All(
            await Task.WhenAll(All().Where(c => c is not ContainerdCheck).Select(c => c.EvaluateAsync(default))),
            r => Assert.Equal(CheckResult.NotYet("UBA-2203: the call failed: no answer"), r));
    }

    [Fact]
    public void AnyCheck_Name_IsItsOwn() => Assert.Equal(4, All().Select(c => c.Name).Distinct().Count());

    private ICheck[] All() =>
    [
        new MachineBootedCheck(Targets.One, _nodes),
        new ContainerdCheck(Targets.One, _nodes),
        new KubeletStableCheck(Targets.One, _nodes),
        new KubeletVersionCheck(Targets.One, _nodes, _answers, "1.20.2"),
    ];

    private void KubeletSays(string output)
    {
        _root.Write("/usr/bin/kubelet", "");
        _node.Fake.RunsTransient = (service, _) =>
        {
            _root.Write(service.OutputFile!, output);
            return Task.CompletedTask;
        };
    }
}
