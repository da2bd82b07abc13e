using Unbounded.Agent.Partitions.Tests.Boot;
using Unbounded.Agent.Partitions.Tests.Boot.Grub;

namespace Unbounded.Agent.Partitions.Tests.Slots;

/// <summary>Partitions that GRUB boots.</summary>
public sealed class GrubSlotsContractTests : PartitionContractTests
{
    protected override IBootHost Boots() => new GrubHost();
}
