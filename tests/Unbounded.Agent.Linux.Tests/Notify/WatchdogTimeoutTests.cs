using Unbounded.Agent.Linux.Notify;

namespace Unbounded.Agent.Linux.Tests.Notify;

public sealed class WatchdogTimeoutTests
{
    [Theory]
    [InlineData("30000000", null, 30.0)]
    [InlineData("30000000", "", 30.0)]
    [InlineData("30000000", "77", 30.0)]
    [InlineData("1500000", "77", 1.5)]
    [InlineData("1", "77", 0.000001)]
    public void Parse_ForThisProcess_Timeout(string microseconds, string? pid, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), WatchdogTimeout.Parse(microseconds, pid, 77));

    [Theory]
    [InlineData(null, null)]
    [InlineData("", "77")]
    [InlineData("30000000", "78")]
    [InlineData("30000000", "-77")]
    [InlineData("30000000", "77x")]
    [InlineData("0", "77")]
    [InlineData("-1", "77")]
    [InlineData("30s", "77")]
    [InlineData(" 30", "77")]
    [InlineData("18446744073709551615", "77")]
    [InlineData("99999999999999999999999", "77")]
    public void Parse_NoneOrForAnotherOrGarbage_Null(string? microseconds, string? pid) =>
        Assert.Null(WatchdogTimeout.Parse(microseconds, pid, 77));
}
