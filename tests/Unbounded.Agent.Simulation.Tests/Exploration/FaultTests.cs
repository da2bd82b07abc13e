using Unbounded.Agent.Linux.Kernel;
using Unbounded.Agent.Simulation.Exploration;
using Unbounded.Agent.Simulation.Files;
using Unbounded.Agent.Simulation.Nspawn;

namespace Unbounded.Agent.Simulation.Tests.Exploration;

/// <summary>A disk that fails may cost an attempt, never the node.</summary>
public sealed class FaultTests
{
    [Theory]
    [InlineData("nspawn: install", Errno.EIO, 1)]
    [InlineData("nspawn: install", Errno.ENOSPC, 40)]
    [InlineData("nspawn: swap", Errno.EIO, 1)]
    [InlineData("nspawn: swap", Errno.ENOSPC, 1)]
    [InlineData("nspawn: swap", Errno.ENOSPC, 40)]
    public void Try_AFailingCallAnywhere_LosesNoNode(string name, int errno, int count)
    {
        var exploration = new ScenarioExploration<NspawnHost>(Scenarios.Nspawn.Single(s => s.Name == name), bound: 4);

        for (var from = 1; from <= exploration.Calls(); from += 5)
        {
            Assert.True(exploration.Try(new Story(name, [], new Fault(from, count, errno))) is null, $"call {from}");
        }
    }
}
