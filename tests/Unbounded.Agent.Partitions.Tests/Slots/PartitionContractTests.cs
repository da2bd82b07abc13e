using Unbounded.Agent.Contracts;

namespace Unbounded.Agent.Partitions.Tests.Slots;

/// <summary>Partitions keep the contract that machines keep.</summary>
public sealed class PartitionContractTests : SlotsContract
{
    protected override Task<ISlotsHost> StartAsync() => Task.FromResult<ISlotsHost>(new PartitionSlotsHost());
}
