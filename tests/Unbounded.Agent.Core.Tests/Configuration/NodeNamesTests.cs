using Unbounded.Agent.Core.Configuration;

namespace Unbounded.Agent.Core.Tests.Configuration;

public sealed class NodeNamesTests
{
    [Theory]
    [InlineData("configured", "host", "configured")]
    [InlineData(null, "host-1.example", "host-1.example")]
    [InlineData(null, " host\n", "host")]
    [InlineData(null, "Host_1", "m1")]
    [InlineData(null, "", "m1")]
    public void Resolve_ConfiguredThenHostThenMachine(string? configured, string host, string expected) =>
        Assert.Equal(expected, NodeNames.Resolve(TestConfig.Parsed(TestConfig.Minimal()) with { NodeName = configured }, host));
}
