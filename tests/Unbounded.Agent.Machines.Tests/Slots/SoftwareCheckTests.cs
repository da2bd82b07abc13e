using System.Text;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.DBus.Systemd;
using Unbounded.Agent.Linux.Tests;
using Unbounded.Agent.Machines.Slots;
using Unbounded.Agent.Machines.Tests.Support;

namespace Unbounded.Agent.Machines.Tests.Slots;

public sealed class SoftwareCheckTests : IDisposable
{
    private readonly TemporaryRoot _root = new();
    private readonly FakeNodes _nodes = new();
    private readonly FakeNode _node;
    private readonly ManualTime _time = new();
    private readonly SoftwareCheck _check;

    public SoftwareCheckTests()
    {
        _node = new FakeNode(_root.Path);
        _nodes[Targets.One] = _node;
        _check = new SoftwareCheck(_nodes, _time);
        _root.Write("/usr/local/bin/kubelet", "");
    }

    public void Dispose() => _root.Dispose();

    [Fact]
    public async Task RunAsync_TargetsVersion_Passes()
    {
        KubeletSays("Kubernetes v1.20.2\n");

        await RunAsync();

        Assert.Equal(["start-transient /usr/local/bin/kubelet --version"], _node.Fake.Calls);
    }

    [Fact]
    public async Task RunAsync_Output_IsRemoved()
    {
        KubeletSays("Kubernetes v1.20.2\n");

        await RunAsync();

        Assert.Empty(Directory.GetFiles(_root.Path + "/run"));
    }

    [Fact]
    public async Task RunAsync_AnotherVersion_IsACodedErrorWithBoth()
    {
        KubeletSays("Kubernetes v1.20.4\n");

        var e = await Assert.ThrowsAsync<AgentException>(RunAsync);

        Assert.Equal(MachinesErrors.WrongKubeletVersion, e.Code);
        Assert.Contains("1.20.2", e.What, StringComparison.Ordinal);
        Assert.Contains("1.20.4", e.Why, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("error: no such option\n")]
    [InlineData("Kubernetes v\n")]
    [InlineData("Kubernetes vmain\n")]
    [InlineData("Kubernetes v1.20.2 \u001b[31mred\u001b[0m\n")]
    public async Task Law16_RunAsync_OutputThatIsNoVersion_IsNotRepeated(string output)
    {
        KubeletSays(output);

        var e = await Assert.ThrowsAsync<AgentException>(RunAsync);

        Assert.Equal("its kubelet does not tell a version", e.Why);
    }

    [Fact]
    public async Task Law16_RunAsync_EndlessOutput_IsNotRead()
    {
        KubeletSays("Kubernetes v1.20.2\n" + new string('x', 10_000));

        Assert.Equal(MachinesErrors.WrongKubeletVersion, (await Assert.ThrowsAsync<AgentException>(RunAsync)).Code);
        Assert.Empty(Directory.GetFiles(_root.Path + "/run"));
    }

    [Fact]
    public async Task RunAsync_KubeletThatHangs_IsEndedByItsSystemd()
    {
        TransientService? asked = null;
        _node.Fake.RunsTransient = (service, _) =>
        {
            asked = service;
            return Task.CompletedTask;
        };

        await Assert.ThrowsAsync<AgentException>(RunAsync);

        Assert.Equal("oneshot", asked!.Type);
        Assert.InRange(asked.StartTimeout!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task RunAsync_SystemdThatDoesNotAnswer_IsNotWaitedForForEver()
    {
        _node.Fake.RunsTransient = (_, token) => Task.Delay(Timeout.Infinite, token);

        var run = RunAsync();
        await _time.LatestArmed;
        Assert.False(run.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal(MachinesErrors.WrongKubeletVersion, (await Assert.ThrowsAsync<AgentException>(() => run)).Code);
    }

    [Fact]
    public async Task RunAsync_Cancelled_IsCancelled()
    {
        _node.Fake.RunsTransient = (_, token) => Task.Delay(Timeout.Infinite, token);
        using var cancel = new CancellationTokenSource();
        var run = _check.RunAsync(Targets.One, Targets.Standalone(), cancel.Token);

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
    }

    [Fact]
    public async Task RunAsync_MachineThatHasEnded_IsACodedError()
    {
        _nodes[Targets.One] = null;

        Assert.Equal(MachinesErrors.BootFailed, (await Assert.ThrowsAsync<AgentException>(RunAsync)).Code);
    }

    [Fact]
    public async Task VersionAsync_NoKubelet_IsNull()
    {
        File.Delete(_root.Path + "/usr/local/bin/kubelet");

        Assert.Null(await SoftwareCheck.VersionAsync(_node, default));
        Assert.Empty(_node.Fake.Calls);
    }

    [Theory]
    [InlineData("Kubernetes v1.20.2\n", "1.20.2")]
    [InlineData("Kubernetes v1.31.0-rc.1+k3s1", "1.31.0-rc.1+k3s1")]
    [InlineData("I0101 warning: something\nKubernetes v1.20.2\r\n", "1.20.2")]
    public void Parse_WhatKubeletsPrint_IsTheVersion(string output, string expected) =>
        Assert.Equal(expected, SoftwareCheck.Parse(Encoding.UTF8.GetBytes(output)));

    private Task RunAsync() => _check.RunAsync(Targets.One, Targets.Standalone(), default);

    private void KubeletSays(string output) => _node.Fake.RunsTransient = (service, _) =>
    {
        _root.Write(service.OutputFile!, output);
        return Task.CompletedTask;
    };
}
