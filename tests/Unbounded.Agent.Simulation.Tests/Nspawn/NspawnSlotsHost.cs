using Unbounded.Agent.Contracts;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Simulation.Clock;
using Unbounded.Agent.Simulation.Files;
using Unbounded.Agent.Simulation.Hosts;
using Unbounded.Agent.Simulation.Nspawn;
using Unbounded.Agent.Simulation.Worlds;

namespace Unbounded.Agent.Simulation.Tests.Nspawn;

/// <summary>The real machines backend on its simulated host, for the contract's tests. At a reboot everything is lost that was not synced.</summary>
internal sealed class NspawnSlotsHost : ISlotsHost
{
    private readonly Scissors _scissors = new();
    private readonly VirtualTime _time;
    private readonly SimFileSystem _files;
    private NspawnHost _host;

    public NspawnSlotsHost(VirtualTime time)
    {
        _time = time;
        _files = new SimFileSystem(_scissors);
        _host = new NspawnHost(_scissors, _time, _files);
        _files.BootId = () => _host.BootId;
    }

    public ISlots Slots => _host;

    public TimeProvider Time => _time;

    public bool ActivationEndsProcess => false;

    public Target? Bad => Samples.Target("1.30.9", Nature.NeverBoots);

    public Target Good(int number) => Samples.Target($"1.30.{number}");

    public Task<bool> RunsNodeSoftwareAsync(SlotName slot) => Task.FromResult(_host[slot].Kubelet);

    public Task<string?> InvocationAsync(SlotName slot) =>
        Task.FromResult(_host[slot].Kubelet ? $"{_host[slot].BootCount}-{_host[slot].KubeletStarts}" : null);

    public Task LeaveHalfBuiltAsync(SlotName slot)
    {
        _files.Put(_host.Paths.NspawnFile(slot), "[Exec]\n"u8.ToArray());
        _files.Put($"{_host.Paths.Upper(slot)}/etc/hostname", "half"u8.ToArray());
        return Task.CompletedTask;
    }

    public Task TakeDownAsync(SlotName slot)
    {
        _host.Fail(slot);
        return Task.CompletedTask;
    }

    public Task NewProcessAsync()
    {
        var next = new NspawnHost(_scissors, _time, _files);
        next.CopyFrom(_host);
        _host = next;
        return Task.CompletedTask;
    }

    public Task RebootAsync()
    {
        _files.PowerCut([]);
        _host.Boot();
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        // Some tests ask for what a host refuses: that is no law broken.
        Assert.DoesNotContain(_host.Violations, v => v.StartsWith("law", StringComparison.Ordinal));
        return ValueTask.CompletedTask;
    }
}
