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
    public void BootId_MachineThatHasEnded_IsNone() => Assert.Null(new Node(int.MaxValue, "", new FakeSystemd()).BootId);

    private string? BootIdOfAMachineThatSays(string content)
    {
        var file = _files.Write("/boot_id", content);
        var process = _cgroup.Run(_cgroup.Child("payload"), $"exec unshare --mount sh -c 'mount --bind {file} /proc/sys/kernel/random/boot_id && echo ready; sleep 1000; :'");
        return new Node(process.Id, "", new FakeSystemd()).BootId;
    }
}
