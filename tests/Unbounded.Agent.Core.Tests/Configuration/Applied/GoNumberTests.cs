using Unbounded.Agent.Core.Configuration.Applied;

namespace Unbounded.Agent.Core.Tests.Configuration.Applied;

public sealed class GoNumberTests
{
    // Right column: what Go 1.19 wrote for the value on the left.
    [Theory]
    [InlineData("0", "0")]
    [InlineData("-0.0", "-0")]
    [InlineData("1.0", "1")]
    [InlineData("1.50", "1.5")]
    [InlineData("1e2", "100")]
    [InlineData("1E+20", "100000000000000000000")]
    [InlineData("1e21", "1e+21")]
    [InlineData("1e22", "1e+22")]
    [InlineData("9.99999999999999916e+22", "1e+23")]
    [InlineData("1.23456789012345684e+20", "123456789012345680000")]
    [InlineData("1e-6", "0.000001")]
    [InlineData("9.9e-7", "9.9e-7")]
    [InlineData("0.0000001", "1e-7")]
    [InlineData("1.5e-9", "1.5e-9")]
    [InlineData("1e-10", "1e-10")]
    [InlineData("4.94065645841246544e-324", "5e-324")]
    [InlineData("1.79769313486231571e+308", "1.7976931348623157e+308")]
    [InlineData("0.1", "0.1")]
    [InlineData("3.33333333333333315e-01", "0.3333333333333333")]
    [InlineData("2.5e15", "2500000000000000")]
    [InlineData("1e16", "10000000000000000")]
    [InlineData("123456789.125", "123456789.125")]
    [InlineData("-2.5", "-2.5")]
    [InlineData("-1e-7", "-1e-7")]
    [InlineData("-1e21", "-1e+21")]
    [InlineData("6.11417359696155648e-166", "6.114173596961556e-166")]
    public void Format_Fractions_AreWrittenAsGoDoes(string number, string expected) => Assert.Equal(expected, GoNumber.Format(number));

    [Theory]
    [InlineData("9007199254740993")]
    [InlineData("18446744073709551616")]
    [InlineData("-17")]
    public void Format_WholeNumbers_LoseNoDigit(string number) => Assert.Equal(number, GoNumber.Format(number));

    [Fact]
    public void Format_BeyondEveryDouble_StaysAsItIs() => Assert.Equal("1e999", GoNumber.Format("1e999"));
}
