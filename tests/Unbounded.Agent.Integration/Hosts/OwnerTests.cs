using System.Diagnostics;
using Unbounded.Agent.TestHost.Hosts;

namespace Unbounded.Agent.Integration.Hosts;

public sealed class OwnerTests
{
    [Fact]
    public void Current_ThisProcess_IsAliveAndMakesTheRoundTrip()
    {
        Assert.Equal(Environment.ProcessId, Owner.Current.Pid);
        Assert.True(Owner.Current.IsAlive);
        Assert.Equal(Owner.Current, Owner.Parse(Owner.Current.ToString()));
    }

    [Fact]
    public void IsAlive_ProcessIdGivenToAnother_IsFalse()
        => Assert.False((Owner.Current with { StartTicks = Owner.Current.StartTicks + 1 }).IsAlive);

    [Fact]
    public async Task IsAlive_ProcessThatEnded_IsFalse()
    {
        using var process = Process.Start(new ProcessStartInfo("true"))!;
        await process.WaitForExitAsync();

        Assert.False(new Owner(process.Id, 1).IsAlive);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("12")]
    [InlineData("12:")]
    [InlineData("-1:5")]
    [InlineData("1:2:3")]
    public void Parse_AnythingElse_IsNobody(string? text) => Assert.Null(Owner.Parse(text));
}
