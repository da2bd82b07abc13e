using Unbounded.Agent.Core.Configuration;
using Unbounded.Agent.Core.Configuration.Applied;
using Unbounded.Agent.Core.Drift;
using Unbounded.Agent.Core.Tests.Configuration;

namespace Unbounded.Agent.Core.Tests.Drift;

public sealed class TargetFingerprintTests
{
    [Fact]
    public void Compute_IsLowercaseHexSha256() =>
        Assert.Matches("^[0-9a-f]{64}$", TargetFingerprint.Compute(TestConfig.Parsed(TestConfig.Minimal()), 0));

    // Fixed for ever: records on disk hold it, and a changed form would swap every node at an upgrade of the agent (law 15).
    [Fact]
    public void Law15_Compute_StaysTheSameOverVersions()
    {
        var config = TestConfig.Parsed(TestConfig.Standalone()) with { OCIImage = "dir:///srv/node", AdditionalHostDevices = ["/dev/kvm"] };
        Assert.Equal("a8cf9dfd2ffb549616923ef92e68a521486de59687c617b8bf7e6136d2c3421e", TargetFingerprint.Compute(config, 3));
    }

    [Fact]
    public void Compute_RepaveCounter_MakesAnotherTarget()
    {
        var config = TestConfig.Parsed(TestConfig.Minimal());
        Assert.NotEqual(TargetFingerprint.Compute(config, 0), TargetFingerprint.Compute(config, 1));
    }

    [Fact]
    public void Compute_AfterTheTripThroughTheAppliedConfig_IsTheSame()
    {
        var config = TestConfig.Parsed(TestConfig.Full());
        var loaded = AppliedConfig.Load("x", AppliedConfig.Serialize(config), null).Config;
        Assert.Equal(TargetFingerprint.Compute(config, 2), TargetFingerprint.Compute(loaded, 2));
        Assert.Empty(ConfigDrift.Compare(config, loaded, nodeHasCertificate: false));
    }

    [Fact]
    public void Compute_FieldsThatRunIntoEachOther_AreToldApart()
    {
        var config = TestConfig.Parsed(TestConfig.Standalone());
        var one = config with { CRI = new CriConfig(new VersionConfig("1.2"), null) };
        var other = config with { CRI = new CriConfig(null, new VersionConfig("1.2")) };
        Assert.NotEqual(TargetFingerprint.Compute(one, 0), TargetFingerprint.Compute(other, 0));
    }
}
