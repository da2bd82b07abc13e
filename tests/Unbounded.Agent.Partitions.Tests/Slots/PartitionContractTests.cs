using Unbounded.Agent.Contracts;
using Unbounded.Agent.Partitions.Tests.Boot;

namespace Unbounded.Agent.Partitions.Tests.Slots;

/// <summary>Partitions keep the contract that machines keep, whatever boots them.</summary>
public abstract class PartitionContractTests : SlotsContract
{
    protected override Task<ISlotsHost> StartAsync() => Task.FromResult<ISlotsHost>(new PartitionSlotsHost(Boots()));

    /// <summary>What boots them.</summary>
    protected abstract IBootHost Boots();
}
