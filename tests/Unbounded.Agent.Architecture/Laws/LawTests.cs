using System.Text.RegularExpressions;
using Unbounded.Agent.Architecture.Sources;

namespace Unbounded.Agent.Architecture.Laws;

public sealed partial class LawTests
{
    /// <summary>How many laws there are; docs/reliability.md lists them.</summary>
    private const int Laws = 16;

    [Fact]
    public void Laws_All_HaveATestNamedAfterThem()
    {
        var tested = Tree.Files("tests", "*.cs").SelectMany(f => Named(Tree.Text(f))).ToHashSet();

        Assert.Empty(Enumerable.Range(1, Laws).Where(law => !tested.Contains(law)).Select(law => $"law {law} has no test Law{law:00}_..."));
    }

    [Fact]
    public void Table_EveryLaw_HasATestAndAPlantedBugThatExist()
    {
        var tests = Tree.Files("tests", "*.cs").SelectMany(f => TestMethod().Matches(Tree.Text(f))).Select(m => m.Groups["name"].Value).ToHashSet(StringComparer.Ordinal);
        var rows = LawRow().Matches(Tree.Text("docs/reliability.md")).ToDictionary(m => int.Parse(m.Groups["law"].ValueSpan), m => m);

        Assert.Equal(Enumerable.Range(1, Laws), rows.Keys.Order());
        Assert.Equal([], rows.SelectMany(r => LawName().Matches(r.Value.Value)).Select(m => m.Value).Except(tests, StringComparer.Ordinal));
        Assert.All(rows.Values, row => Assert.All([row.Groups["tests"], row.Groups["planted"]], cell => Assert.Matches(LawName(), cell.Value)));
    }

    [Theory]
    [InlineData("public void Law08_Write_NeverOverwritesTheLastGoodCopy() =>", 8)]
    [InlineData("    public async Task Law16_Render_AToken_NeverShowsIt(object format)", 16)]
    [InlineData("public ValueTask Law01_X()", 1)]
    public void Named_ATestMethod_IsItsLaw(string source, int law) => Assert.Equal([law], Named(source));

    [Theory]
    [InlineData("// see Law08_Write_NeverOverwrites")]
    [InlineData("public void Law8_TooShort()")]
    [InlineData("var law08_x = 1;")]
    public void Named_AnythingElse_IsNone(string source) => Assert.Empty(Named(source));

    private static IEnumerable<int> Named(string source) => TestMethod().Matches(source).Select(m => int.Parse(m.Groups["law"].ValueSpan));

    [GeneratedRegex(@"\bpublic (async )?(void|Task|ValueTask) (?<name>Law(?<law>\d\d)_\w+)\(", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 5000)]
    private static partial Regex TestMethod();

    [GeneratedRegex(@"^\| (?<law>\d+) [^|]*\|(?<tests>[^|]*)\|(?<planted>[^|]*)\|", RegexOptions.ExplicitCapture | RegexOptions.Multiline | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 5000)]
    private static partial Regex LawRow();

    [GeneratedRegex(@"Law\d\d_\w+", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 5000)]
    private static partial Regex LawName();
}
