using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Machines.Tests.Support;

namespace Unbounded.Agent.Machines.Tests.Slots;

public sealed class LiveSettingsTests : IAsyncLifetime
{
    private const string DropIn = "/etc/systemd/system/kubelet.service.d/20-node-config.conf";
    private readonly MachinesScene _scene = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _scene.DisposeAsync();

    [Fact]
    public async Task ApplyLiveAsync_Labels_CountAtTheNextRegistrationAndNothingIsRestarted()
    {
        await _scene.InstallAsync(Targets.One, Target("a"));
        _scene.Node(Targets.One).Fake.Calls.Clear();

        await _scene.Slots.ApplyLiveAsync(Targets.One, Target("b"), default);

        Assert.Contains("--node-labels=rack=b", await File.ReadAllTextAsync(_scene.Paths.MachineRoot(Targets.One) + DropIn), StringComparison.Ordinal);
        Assert.Equal(["reload"], _scene.Node(Targets.One).Fake.Calls);
    }

    [Fact]
    public async Task ApplyLiveAsync_MachineThatIsDown_DoesNotCountAsApplied()
    {
        var error = await Assert.ThrowsAsync<Core.Errors.AgentException>(() => _scene.Slots.ApplyLiveAsync(Targets.One, Target("a"), default));

        Assert.Equal(MachinesErrors.SettingsNeedMachine, error.Code);
        Assert.Equal(Core.Errors.ErrorKind.Transient, error.Code.Kind);
        Assert.False(Directory.Exists(_scene.Paths.MachineRoot(Targets.One)));
    }

    [Fact]
    public async Task Law16_ApplyLiveAsync_MachineThatLinksToTheHost_WritesNothingOfIt()
    {
        await _scene.InstallAsync(Targets.One, Target("a"));
        var outside = Directory.CreateDirectory(_scene.Root.Path + "/outside").FullName;
        var dropIns = _scene.Paths.MachineRoot(Targets.One) + "/etc/systemd/system/kubelet.service.d";
        Directory.Delete(dropIns, recursive: true);
        File.CreateSymbolicLink(dropIns, outside);

        await Assert.ThrowsAsync<Core.Errors.AgentException>(() => _scene.Slots.ApplyLiveAsync(Targets.One, Target("b"), default));

        Assert.Empty(Directory.GetFileSystemEntries(outside));
    }

    private Target Target(string rack) => _scene.Image("v1", "1.20.2", c => c with
    {
        Kubelet = c.Kubelet with { Labels = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["rack"] = rack } },
    });
}
