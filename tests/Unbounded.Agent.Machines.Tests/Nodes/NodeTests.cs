using System.Diagnostics;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux;
using Unbounded.Agent.Linux.DBus.Session;
using Unbounded.Agent.Linux.Tests.Cgroups;
using Unbounded.Agent.Machines.Nodes;
using Unbounded.Agent.Machines.Tests.Support;

namespace Unbounded.Agent.Machines.Tests.Nodes;

public sealed class NodeTests : IDisposable
{
    private readonly TestCgroup _cgroup = new();
    private readonly TemporaryRoot _files = new();

    public void Dispose()
    {
        _cgroup.Dispose();
        _files.Dispose();
    }

    [Fact]
    public void BootId_MachineWithItsOwn_IsThat()
    {
        var id = Guid.NewGuid().ToString("D");

        Assert.Equal(id, BootIdOfAMachineThatSays(id + "\n"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("root:x:0:0:root:/root:/bin/bash\n")]
    [InlineData("9b0f5d3c-1111-2222-3333-444455556666 and more\n")]
    public void Law16_BootId_MachineThatSaysSomethingElse_IsNone(string content) => Assert.Null(BootIdOfAMachineThatSays(content));

    [Fact]
    public async Task BootId_MachineThatHasEnded_IsNone()
    {
        var process = _cgroup.Run(_cgroup.Child("payload"), "echo ready; sleep 1000; :");
        await using var node = new Node(new MachineLeader(process.Id), "", new FakeSystemd());

        await EndAsync(process);

        Assert.Null(node.BootId);
    }

    [Fact]
    public async Task OpenRoot_LivingMachine_IsItsRoot()
    {
        var file = _files.Write("/file", "x");
        var process = _cgroup.Run(_cgroup.Child("payload"), "echo ready; sleep 1000; :");
        await using var node = new Node(new MachineLeader(process.Id), "", new FakeSystemd());

        using var root = node.OpenRoot();

        Assert.Equal("x"u8.ToArray(), root.TryRead(file, 16));
    }

    [Fact]
    public async Task Law16_OpenRoot_NumberOfTheLeaderIsNoLongerTheMachines_GivesNoRoot()
    {
        var process = _cgroup.Run(_cgroup.Child("payload"), "echo ready; sleep 1000; :");
        var node = new Node(new MachineLeader(process.Id), "", new FakeSystemd());

        // As with a number that another process has got: its root can be opened, but the machine is not known to live.
        await node.DisposeAsync();

        Assert.Equal(LinuxErrors.MachineEnded, Assert.Throws<AgentException>(node.OpenRoot).Code);
    }

    private static async Task EndAsync(Process process)
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    private string? BootIdOfAMachineThatSays(string content)
    {
        var file = _files.Write("/boot_id", content);
        var process = _cgroup.Run(_cgroup.Child("payload"), $"exec unshare --mount sh -c 'mount --bind {file} /proc/sys/kernel/random/boot_id && echo ready; sleep 1000; :'");
        return new Node(new MachineLeader(process.Id), "", new FakeSystemd()).BootId;
    }
}
