using Unbounded.Agent.Contracts;
using Unbounded.Agent.Simulation.Clock;
using Unbounded.Agent.Simulation.Hosts;
using Unbounded.Agent.Simulation.Worlds;

namespace Unbounded.Agent.Simulation.Tests.Hosts;

/// <summary>The simulated machines keep the contract that the real ones keep.</summary>
public sealed class SimMachinesContractTests : SlotsContract
{
    private readonly VirtualTime _time = new();

    protected override Task<ISlotsHost> StartAsync()
    {
        var machines = new SimMachines(new Scissors(), _time);
        var host = new SimSlotsHost(machines, _time);
        machines.SetUp(Samples.Kube1, host.Good(1));
        return Task.FromResult<ISlotsHost>(host);
    }

    protected override Task RunAsync(Func<Task> test)
    {
        _time.Run(test);
        return Task.CompletedTask;
    }
}

/// <summary>So do the simulated partitions.</summary>
public sealed class SimPartitionsContractTests : SlotsContract
{
    private readonly VirtualTime _time = new();

    protected override Task<ISlotsHost> StartAsync()
    {
        var partitions = new SimPartitions(new Scissors(), _time);
        var host = new SimSlotsHost(partitions, _time);
        partitions.SetUp(partitions.Names[0], host.Good(1));
        return Task.FromResult<ISlotsHost>(host);
    }

    protected override Task RunAsync(Func<Task> test)
    {
        _time.Run(test);
        return Task.CompletedTask;
    }
}

/// <summary>A host of simulated machines that has none yet.</summary>
public sealed class SimFreshMachinesContractTests : FreshSlotsContract
{
    private readonly VirtualTime _time = new();

    protected override Task<ISlotsHost> StartFreshAsync() =>
        Task.FromResult<ISlotsHost>(new SimSlotsHost(new SimMachines(new Scissors(), _time), _time));

    protected override Task RunAsync(Func<Task> test)
    {
        _time.Run(test);
        return Task.CompletedTask;
    }
}
