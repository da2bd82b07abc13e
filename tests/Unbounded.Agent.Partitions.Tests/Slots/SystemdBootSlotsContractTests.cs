using Unbounded.Agent.Partitions.Tests.Boot;
using Unbounded.Agent.Partitions.Tests.Boot.SystemdBoot;

namespace Unbounded.Agent.Partitions.Tests.Slots;

/// <summary>Partitions that systemd-boot boots.</summary>
public sealed class SystemdBootSlotsContractTests : PartitionContractTests
{
    protected override IBootHost Boots() => new SystemdBootHost();
}
