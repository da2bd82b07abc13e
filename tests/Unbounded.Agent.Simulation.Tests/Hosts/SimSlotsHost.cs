using Unbounded.Agent.Contracts;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Simulation.Disks;
using Unbounded.Agent.Simulation.Hosts;
using Unbounded.Agent.Simulation.Worlds;

namespace Unbounded.Agent.Simulation.Tests.Hosts;

/// <summary>A simulated host for the contract's tests.</summary>
internal sealed class SimSlotsHost(SimHost host, TimeProvider time) : ISlotsHost
{
    public ISlots Slots => host;

    public TimeProvider Time => time;

    public bool ActivationEndsProcess => host is SimPartitions or DiskHost;

    public Target? Bad => Good(9, Nature.NeverBoots);

    public Target Good(int number) => Good(number, Nature.Good);

    public Task<bool> RunsNodeSoftwareAsync(SlotName slot) => Task.FromResult(host[slot].Kubelet);

    public Task<string?> InvocationAsync(SlotName slot) =>
        Task.FromResult(host[slot].Kubelet ? $"{host[slot].BootCount}-{host[slot].KubeletStarts}" : null);

    public Task LeaveHalfBuiltAsync(SlotName slot)
    {
        if (host is DiskHost disk)
        {
            disk.LeaveHalf(slot, Good(8));
            return Task.CompletedTask;
        }

        host[slot].Content = Good(8);
        host[slot].Partial = true;
        return Task.CompletedTask;
    }

    public Task TakeDownAsync(SlotName slot)
    {
        if (host is SimMachines)
        {
            host[slot].PowerOff();
        }

        return Task.CompletedTask;
    }

    public Task NewProcessAsync() => Task.CompletedTask;

    public async Task RebootAsync()
    {
        host.Boot();
        // A slot on trial that has come up is looked after by its health check's unit.
        if (host is DiskHost)
            await host.InspectAsync(CancellationToken.None);
    }

    public ValueTask DisposeAsync()
    {
        // Two tests ask for what a host refuses: that is no law broken.
        Assert.DoesNotContain(host.Violations, v => v.StartsWith("law", StringComparison.Ordinal));
        return ValueTask.CompletedTask;
    }

    private static Target Good(int number, string nature) => Samples.Target($"1.30.{number}", nature);
}
