using Unbounded.Agent.Commands.Version;

namespace Unbounded.Agent.Tests.Commands.Version;

public sealed class VersionCommandTests
{
    [Fact]
    public void Report_OfThisBuild_IsASemanticVersionWithItsRuntime()
    {
        var report = VersionCommand.Report();

        Assert.Matches(@"^\d+\.\d+\.\d+", report.Version);
        Assert.DoesNotContain('+', report.Version);
        Assert.StartsWith(".NET 10.", report.Runtime, StringComparison.Ordinal);
        Assert.Contains(report.Architecture, (string[])["x64", "arm64"]);
    }
}
