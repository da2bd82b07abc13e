using Unbounded.Agent.Contracts;
using Unbounded.Agent.Simulation.Clock;
using Unbounded.Agent.Simulation.Worlds;
using NoProgress = Unbounded.Agent.Contracts.NoProgress;

namespace Unbounded.Agent.Simulation.Tests.Nspawn;

/// <summary>
/// The real machines backend over the simulated files, systemd, nspawn and machined keeps the contract that it keeps on a real host: the simulated parts do
/// what it relies on.
/// </summary>
public sealed class NspawnContractTests : SlotsContract
{
    private readonly VirtualTime _time = new();

    protected override async Task<ISlotsHost> StartAsync()
    {
        var host = new NspawnSlotsHost(_time);
        await host.Slots.PrepareAsync(Samples.Kube1, host.Good(1), NoProgress.Instance, CancellationToken.None);
        await host.Slots.ActivateAsync(Samples.Kube1, NoProgress.Instance, CancellationToken.None);
        await host.Slots.CommitAsync(Samples.Kube1);
        return host;
    }

    protected override Task RunAsync(Func<Task> test)
    {
        _time.Run(test);
        return Task.CompletedTask;
    }
}

/// <summary>So does a host on which nothing was ever installed.</summary>
public sealed class FreshNspawnContractTests : FreshSlotsContract
{
    private readonly VirtualTime _time = new();

    protected override Task<ISlotsHost> StartFreshAsync() => Task.FromResult<ISlotsHost>(new NspawnSlotsHost(_time));

    protected override Task RunAsync(Func<Task> test)
    {
        _time.Run(test);
        return Task.CompletedTask;
    }
}
