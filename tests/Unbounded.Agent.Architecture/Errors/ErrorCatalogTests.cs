namespace Unbounded.Agent.Architecture.Errors;

public sealed class ErrorCatalogTests
{
    private const string GoodPage = "# UBA-1001: title\n\n## What happened\nx\n\n## Why\nx\n\n## What to do\nx\n";

    private static readonly DeclaredCode Good = new("UBA-1001", "Unbounded.Agent.Core", "agent/Unbounded.Agent.Core/ErrorCodes.cs");

    [Fact]
    public void Codes_OfTheProduct_AreUniqueInTheirBlockAndDescribed()
    {
        var codes = ErrorCatalog.Declared();

        Assert.Contains(codes, c => c.Project == "Unbounded.Agent");
        Assert.Empty(ErrorCatalog.Violations(codes, ErrorCatalog.Pages()));
    }

    [Fact]
    public void Violations_OfAGoodCatalog_AreNone() => Assert.Empty(Check([Good], GoodPage));

    [Fact]
    public void Violations_OfACodeDeclaredTwice_NameIt() =>
        Assert.Contains("UBA-1001 is declared 2 times", Check([Good, Good], GoodPage));

    [Fact]
    public void Violations_OfACodeInAForeignBlock_NameIt() =>
        Assert.Contains("UBA-1001 is outside the block of Unbounded.Agent.Linux", Check([Good with { Project = "Unbounded.Agent.Linux" }], GoodPage));

    [Fact]
    public void Violations_OfACodeDeclaredAnywhereElse_NameTheFile() =>
        Assert.Contains(Check([Good with { File = "agent/Unbounded.Agent.Core/Plan.cs" }], GoodPage), v => v.Contains("not in ErrorCodes.cs", StringComparison.Ordinal));

    [Fact]
    public void Violations_OfACodeWithoutAPage_NameIt() =>
        Assert.Contains("UBA-1001 has no page in docs/errors", ErrorCatalog.Violations([Good], new Dictionary<string, string>(StringComparer.Ordinal)));

    [Fact]
    public void Violations_OfAPageWithoutACode_NameIt() =>
        Assert.Contains("docs/errors/UBA-1001.md describes no code", Check([], GoodPage));

    [Theory]
    [InlineData("# UBA-1002: title", "does not begin with")]
    [InlineData("# UBA-1001: title\n## What happened\n## Why\n", "lacks '## What to do'")]
    public void Violations_OfAPageOutOfShape_SayWhatIsMissing(string page, string expected) =>
        Assert.Contains(Check([Good], page), v => v.Contains(expected, StringComparison.Ordinal));

    private static IReadOnlyList<string> Check(IReadOnlyList<DeclaredCode> codes, string page) =>
        ErrorCatalog.Violations(codes, new Dictionary<string, string>(StringComparer.Ordinal) { ["UBA-1001"] = page });
}
