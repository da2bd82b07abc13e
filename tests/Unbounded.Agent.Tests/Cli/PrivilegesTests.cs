using Unbounded.Agent.Cli;
using Unbounded.Agent.Core.Errors;

namespace Unbounded.Agent.Tests.Cli;

public sealed class PrivilegesTests
{
    [Fact]
    public void DemandRoot_OfRoot_IsNothing() => Privileges.DemandRoot("swap", isRoot: true);

    [Theory]
    [InlineData("swap")]
    [InlineData("uninstall")]
    public void DemandRoot_OfAnybodyElse_SaysHowToRunIt(string command)
    {
        var error = Assert.Throws<AgentException>(() => Privileges.DemandRoot(command, isRoot: false));

        Assert.Equal((FrontDoorErrors.NotRoot, 4), (error.Code, ExitCode.Of(error.Code.Kind)));
        Assert.Contains($"sudo unbounded-agent {command}", error.Next, StringComparison.Ordinal);
    }
}
