namespace Unbounded.Agent.Partitions.Tests.Boot.RaspberryPi;

/// <summary>A Raspberry Pi keeps the contract.</summary>
public sealed class RaspberryPiContractTests : BootEnvironmentContract
{
    protected override IBootHost Start() => new RaspberryPiHost();
}
