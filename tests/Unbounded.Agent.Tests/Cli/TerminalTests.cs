using Unbounded.Agent.Cli;

namespace Unbounded.Agent.Tests.Cli;

public sealed class TerminalTests
{
    [Theory]
    [InlineData(null, "xterm", true)]
    [InlineData("", "xterm", true)]
    [InlineData("1", "xterm", false)]
    [InlineData("0", "xterm", false)]
    [InlineData(null, "dumb", false)]
    [InlineData(null, null, true)]
    public void WantsColor_FollowsNoColorAndTheTerminal(string? noColor, string? term, bool expected) =>
        Assert.Equal(expected, Terminal.WantsColor(noColor, term));
}
