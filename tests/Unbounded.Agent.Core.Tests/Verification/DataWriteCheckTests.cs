using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Verification;
using Unbounded.Agent.Simulation.Hosts;
using Unbounded.Agent.Simulation.Worlds;

namespace Unbounded.Agent.Core.Tests.Verification;

public sealed class DataWriteCheckTests
{
    private readonly SimDisk _disk = new(new Scissors());

    private DataWriteCheck Check => new(_disk, "/var/lib/unbounded/agent/write-check");

    [Fact]
    public async Task Evaluate_OnAGoodDisk_PassesWithAKilobyte()
    {
        var result = await Check.EvaluateAsync(default);

        Assert.Equal(CheckOutcome.Passed, result.Outcome);
        Assert.Equal(1024, _disk.Peek("/var/lib/unbounded/agent/write-check")!.Length);
    }

    [Fact]
    public async Task Evaluate_Twice_WritesOtherBytes()
    {
        await Check.EvaluateAsync(default);
        var first = _disk.Peek("/var/lib/unbounded/agent/write-check");
        await Check.EvaluateAsync(default);

        Assert.NotEqual(first, _disk.Peek("/var/lib/unbounded/agent/write-check"));
    }

    [Fact]
    public async Task Evaluate_OnAFullDisk_FailsWithItsReason()
    {
        _disk.IsFull = _ => true;

        var e = await Assert.ThrowsAsync<AgentException>(() => Check.EvaluateAsync(default));

        Assert.Contains("No space left on device", e.Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Evaluate_OnADiskThatLosesBytes_DoesNotPass()
    {
        var store = NSubstitute.Substitute.For<Core.Storage.IDurableStore>();
        NSubstitute.SubstituteExtensions.Returns(store.ReadAsync("/x", 1024, default), Task.FromResult<byte[]?>(new byte[1024]));

        Assert.Equal(CheckOutcome.NotYet, (await new DataWriteCheck(store, "/x").EvaluateAsync(default)).Outcome);
    }
}
