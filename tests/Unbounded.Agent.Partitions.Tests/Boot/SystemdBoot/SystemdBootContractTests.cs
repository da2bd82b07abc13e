namespace Unbounded.Agent.Partitions.Tests.Boot.SystemdBoot;

/// <summary>systemd-boot keeps the contract.</summary>
public sealed class SystemdBootContractTests : BootEnvironmentContract
{
    protected override IBootHost Start() => new SystemdBootHost();
}
