using Unbounded.Agent.TestHost.Hosts;

namespace Unbounded.Agent.Integration.Hosts;

public sealed class SuitesTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("  ")]
    public void Parse_NoSelection_IsBoth(string? selection) => Assert.Equal(["bookworm", "trixie"], Suites.Parse(selection));

    [Theory]
    [InlineData("trixie")]
    [InlineData(" trixie ,")]
    public void Parse_One_IsThatOne(string selection) => Assert.Equal(["trixie"], Suites.Parse(selection));

    [Fact]
    public void Parse_BlankSeparated_KeepsTheOrder() => Assert.Equal(["trixie", "bookworm"], Suites.Parse("trixie bookworm"));

    [Theory]
    [InlineData("buster")]
    [InlineData("bookworm,Trixie")]
    [InlineData(",")]
    public void Parse_UnknownOrNone_IsAnError(string selection) => Assert.Throws<ArgumentException>(() => Suites.Parse(selection));
}
