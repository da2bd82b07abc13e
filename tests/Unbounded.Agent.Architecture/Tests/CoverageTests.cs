using Unbounded.Agent.Architecture.Sources;
using Xunit.Abstractions;

namespace Unbounded.Agent.Architecture.Tests;

public sealed class CoverageTests(ITestOutputHelper output)
{
    private const double LeastRatio = 1.2;

    public static TheoryData<string> Projects =>
        [.. Tree.Files("agent", "*.csproj").Select(f => Path.GetFileNameWithoutExtension(f)!)];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Folders_OfAProject_AreThoseOfItsTests(string project) =>
        Assert.Empty(Coverage.Violations(project, Coverage.Folders($"agent/{project}"), Coverage.Folders($"tests/{project}.Tests")));

    [Fact]
    public void Lines_OfTests_AreMoreThanThoseOfTheProduct()
    {
        // The simulator is an instrument of the tests that a user can run, too: its lines count with theirs.
        var simulator = Lines("agent/Unbounded.Agent.Simulation");
        var (product, tests) = (Lines("agent") - simulator, Lines("tests") + simulator);
        output.WriteLine($"product {product} lines, tests {tests} lines: {(double)tests / product:0.00} : 1");

        Assert.True(tests >= LeastRatio * product, $"{tests} lines of tests for {product} lines of the product");
    }

    [Fact]
    public void Violations_OfATestFolderWithoutProduct_NameIt() =>
        Assert.Equal(["P.Tests/Moon tests no folder of the product"], Coverage.Violations("P", Of(("Sun", 5)), Of(("Moon", 5))));

    [Fact]
    public void Violations_OfALargeUntestedFolder_NameIt() =>
        Assert.Equal(["P/Sun/Spots has 400 lines and no folder of tests"], Coverage.Violations("P", Of(("Sun", 5), ("Sun/Spots", 400), ("Moon", 9)), Of(("Moon", 5))));

    [Fact]
    public void Violations_OfAFolderTestedFromTheOneAbove_AreNone() =>
        Assert.Empty(Coverage.Violations("P", Of(("Sun", 5), ("Sun/Spots", 400)), Of(("Sun", 5), ("Support", 50), ("Sun/StandIn", 9))));

    private static int Lines(string folder) => Tree.Files(folder, "*.cs").Sum(f => Tree.Lines(f).Length);

    private static Dictionary<string, int> Of(params (string Folder, int Lines)[] folders) => folders.ToDictionary(f => f.Folder, f => f.Lines, StringComparer.Ordinal);
}
