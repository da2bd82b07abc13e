namespace Unbounded.Agent.Partitions.Tests.Boot.Grub;

/// <summary>GRUB keeps the contract.</summary>
public sealed class GrubContractTests : BootEnvironmentContract
{
    protected override IBootHost Start() => new GrubHost();
}
