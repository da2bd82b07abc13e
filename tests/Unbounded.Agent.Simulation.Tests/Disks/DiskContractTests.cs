using Unbounded.Agent.Contracts;
using Unbounded.Agent.Simulation.Clock;
using Unbounded.Agent.Simulation.Disks;
using Unbounded.Agent.Simulation.Files;
using Unbounded.Agent.Simulation.Hosts;
using Unbounded.Agent.Simulation.Tests.Hosts;

namespace Unbounded.Agent.Simulation.Tests.Disks;

/// <summary>The real partitions backend keeps its contract over the simulated disk, too.</summary>
public sealed class DiskContractTests : SlotsContract
{
    private readonly VirtualTime _time = new();

    protected override Task<ISlotsHost> StartAsync()
    {
        var scissors = new Scissors();
        var disk = new DiskHost(scissors, _time, new SimFileSystem(scissors));
        var host = new SimSlotsHost(disk, _time);
        disk.SetUp(disk.Names[0], host.Good(1));
        disk.Remember(disk.Names[0], host.Good(1));
        return Task.FromResult<ISlotsHost>(host);
    }

    protected override Task RunAsync(Func<Task> test)
    {
        _time.Run(test);
        return Task.CompletedTask;
    }
}
