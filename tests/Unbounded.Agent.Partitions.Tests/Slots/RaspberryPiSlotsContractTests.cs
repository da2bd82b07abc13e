using Unbounded.Agent.Partitions.Tests.Boot;
using Unbounded.Agent.Partitions.Tests.Boot.RaspberryPi;

namespace Unbounded.Agent.Partitions.Tests.Slots;

/// <summary>Partitions that the firmware of a Raspberry Pi boots.</summary>
public sealed class RaspberryPiSlotsContractTests : PartitionContractTests
{
    protected override IBootHost Boots() => new RaspberryPiHost();
}
