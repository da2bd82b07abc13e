using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux;
using Unbounded.Agent.Linux.DBus.Systemd;
using Unbounded.Agent.Linux.Tests.Cgroups;
using Unbounded.Agent.Machines.Nodes;
using Unbounded.Agent.Machines.Tests.Support;

namespace Unbounded.Agent.Machines.Tests.Nodes;

/// <summary>Against real processes: a supervisor whose child is the first process of a PID namespace, as nspawn's is.</summary>
public sealed class RunningNodesTests : IAsyncLifetime
{
    private const string Service = "systemd-nspawn@kube1.service";
    private readonly TestCgroup _cgroup = new();
    private readonly FakeSystemd _host = new();
    private readonly List<(int Leader, FakeSystemd Systemd)> _opened = [];
    private readonly RunningNodes _nodes;

    public RunningNodesTests() => _nodes = new RunningNodes(_host, Open, _cgroup.Tree);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _nodes.DisposeAsync();
        _cgroup.Dispose();
    }

    [Fact]
    public async Task FindRemainsAsync_UnitWithAControlGroup_IsItsDirectory()
    {
        _host.Running(Service).State = _host.Unit(Service).State with { MainPid = 0, ControlGroup = "/machine.slice/x" };

        Assert.Null(await _nodes.FindAsync(Targets.One, default));
        Assert.Equal(_cgroup.Tree.Directory("/machine.slice/x"), await _nodes.FindRemainsAsync(Targets.One, default));
    }

    [Fact]
    public async Task FindRemainsAsync_UnitWithoutProcesses_IsNothing()
    {
        _host.Running(Service).State = _host.Unit(Service).State with { ControlGroup = "" };

        Assert.Null(await _nodes.FindRemainsAsync(Targets.One, default));
    }

    [Fact]
    public async Task Law13_FindAsync_RunningMachine_IsFoundByItsService()
    {
        var leader = Start("payload");

        var node = await FindAsync();

        Assert.Equal(leader, node!.Leader);
        Assert.Equal($"{_cgroup.Path}/payload", node.Payload);
        Assert.Same(_opened[0].Systemd, node.Systemd);
        Assert.Equal($"/proc/{leader}/root/etc/x", node.HostPath("/etc/x"));
    }

    [Fact]
    public async Task FindAsync_LeaderInItsInitScope_PayloadIsTheCgroupAbove()
    {
        Start("payload/init.scope");

        Assert.Equal($"{_cgroup.Path}/payload", (await FindAsync())!.Payload);
    }

    [Fact]
    public async Task FindAsync_StoppedMachine_IsNull()
    {
        Assert.Null(await FindAsync());
        Assert.Empty(_opened);
    }

    [Fact]
    public async Task FindAsync_ServiceWithoutALeaderYet_IsNull()
    {
        var supervisor = _cgroup.Polite(_cgroup.Child("payload"));
        _host.Running(Service).State = _host.Unit(Service).State with { MainPid = supervisor.Id };

        Assert.Null(await FindAsync());
    }

    [Fact]
    public async Task FindAsync_Again_IsTheSameConnection()
    {
        Start("payload");

        Assert.Same(await FindAsync(), await FindAsync());
        Assert.Single(_opened);
    }

    [Fact]
    public async Task FindAsync_ManyAtOnce_OpenOneConnectionAndNobodyLosesIt()
    {
        Start("payload");

        for (var round = 0; round < 50; round++)
        {
            var found = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(FindAsync)));

            Assert.Single(found.Distinct());
            Assert.False(((FakeSystemd)found[0]!.Systemd).IsDisposed);
            // The machine was started anew: everyone finds out at the same time.
            _host.Unit(Service).State = _host.Unit(Service).State with { InvocationId = $"{round}" };
        }

        Assert.Equal(50, _opened.Count);
        Assert.Single(_opened, o => !o.Systemd.IsDisposed);
    }

    [Fact]
    public async Task FindAsync_MachineWasStartedAnew_IsANewConnectionAndTheOldOneGoes()
    {
        Start("payload");
        var first = await FindAsync();
        var leader = Start("payload2");

        var second = await FindAsync();

        Assert.NotSame(first, second);
        Assert.Equal(leader, second!.Leader);
        Assert.True(_opened[0].Systemd.IsDisposed);
        Assert.False(_opened[1].Systemd.IsDisposed);
    }

    [Fact]
    public async Task FindAsync_NewMachineWithTheNumberOfTheOldLeader_IsANewConnection()
    {
        Start("payload");
        var first = await FindAsync();
        _host.Unit(Service).State = _host.Unit(Service).State with { InvocationId = "another" };

        Assert.NotSame(first, await FindAsync());
        Assert.True(_opened[0].Systemd.IsDisposed);
    }

    [Fact]
    public async Task FindAsync_MachineEnded_LetsGoOfItsConnection()
    {
        Start("payload");
        await FindAsync();
        _host.Unit(Service).State = _host.Unit(Service).State with { MainPid = 0, ActiveState = ActiveState.Inactive };

        Assert.Null(await FindAsync());
        Assert.True(_opened[0].Systemd.IsDisposed);
    }

    [Fact]
    public async Task FindAsync_MachineEndsWhileItIsOpened_IsNull()
    {
        Start("payload");
        var nodes = new RunningNodes(_host, _ => throw new AgentException(LinuxErrors.MachineEnded, "x", "y", "z"), _cgroup.Tree);

        Assert.Null(await nodes.FindAsync(Targets.One, default));
    }

    [Fact]
    public async Task FindBootedAsync_MachineThatWasFoundBefore_AsksNobody()
    {
        Start("payload");
        var found = await FindAsync();
        _host.Broken = new AgentException(LinuxErrors.MachineEnded, "x", "y", "z");

        Assert.Same(found, await _nodes.FindBootedAsync(Targets.One, default));
    }

    [Fact]
    public async Task FindBootedAsync_MachineThatNobodyLookedAtYet_IsFoundByItsService()
    {
        var leader = Start("payload");

        Assert.Equal(leader, (await _nodes.FindBootedAsync(Targets.One, default))!.Leader);
    }

    [Fact]
    public async Task FindBootedAsync_MachineThatIsStillBooting_IsNullUntilItHasBooted()
    {
        Start("payload");
        _host.Unit(Service).State = _host.Unit(Service).State with { ActiveState = ActiveState.Activating };
        var found = await FindAsync();

        Assert.Null(await _nodes.FindBootedAsync(Targets.One, default));

        _host.Unit(Service).State = _host.Unit(Service).State with { ActiveState = ActiveState.Active };
        Assert.Same(found, await _nodes.FindBootedAsync(Targets.One, default));
    }

    [Fact]
    public async Task Law13_FindBootedAsync_LeaderThatWasKilled_IsNoMachine()
    {
        var leader = Start("payload");
        await FindAsync();
        using var process = System.Diagnostics.Process.GetProcessById(leader);
        process.Kill();
        await process.WaitForExitAsync();
        // Its service has not noticed: it looks for the leader, and there is none.
        Assert.Null(await _nodes.FindBootedAsync(Targets.One, default));
    }

    [Fact]
    public async Task DisposeAsync_OpenConnections_AreClosed()
    {
        Start("payload");
        await FindAsync();

        await _nodes.DisposeAsync();

        Assert.True(_opened[0].Systemd.IsDisposed);
    }

    private Task<INode?> FindAsync() => _nodes.FindAsync(Targets.One, default);

    private int Start(string cgroup)
    {
        var supervisor = _cgroup.Run(_cgroup.Child(cgroup), "exec unshare --pid --fork --kill-child sh -c 'echo ready; sleep 1000; :'");
        _host.Running(Service).State = _host.Unit(Service).State with { MainPid = supervisor.Id };
        return Linux.Cgroups.CgroupTree.Processes($"{_cgroup.Path}/{cgroup}").Single(p => Linux.Processes.ProcessStatus.TryRead(p) is { IsNamespaceInit: true });
    }

    private FakeSystemd Open(int leader)
    {
        var systemd = new FakeSystemd();
        _opened.Add((leader, systemd));
        return systemd;
    }
}
