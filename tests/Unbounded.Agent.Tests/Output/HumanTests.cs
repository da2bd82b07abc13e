using Unbounded.Agent.Output;

namespace Unbounded.Agent.Tests.Output;

public sealed class HumanTests
{
    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(1023, "1023 B")]
    [InlineData(1024, "1.0 KiB")]
    [InlineData(1536, "1.5 KiB")]
    [InlineData(1048575, "1.0 MiB")]
    [InlineData(419430400, "400.0 MiB")]
    [InlineData(1073741824, "1.0 GiB")]
    [InlineData(long.MaxValue, "8388608.0 TiB")]
    public void Bytes_InBinaryUnits_WithOneDigit(long bytes, string expected) => Assert.Equal(expected, Human.Bytes(bytes));

    [Theory]
    [InlineData(0, "0 ms")]
    [InlineData(999, "999 ms")]
    [InlineData(1000, "1.0 s")]
    [InlineData(5690, "5.7 s")]
    [InlineData(59940, "59.9 s")]
    [InlineData(60000, "1 min 0 s")]
    [InlineData(123000, "2 min 3 s")]
    [InlineData(3720000, "1 h 2 min")]
    public void Duration_InTheUnitThatFits(long milliseconds, string expected) =>
        Assert.Equal(expected, Human.Duration(TimeSpan.FromMilliseconds(milliseconds)));

    [Fact]
    public void Instant_OfAnotherZone_IsUtc() =>
        Assert.Equal("2026-01-02T02:04:05Z", Human.Instant(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(1))));

    [Theory]
    [InlineData("HeldBack", ' ', "held back")]
    [InlineData("RolledBack", '-', "rolled-back")]
    [InlineData("Running", '-', "running")]
    public void Words_OfAName_AreLowercase(string name, char separator, string expected) => Assert.Equal(expected, Human.Words(name, separator));
}
