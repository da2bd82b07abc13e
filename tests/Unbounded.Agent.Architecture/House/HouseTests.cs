using Unbounded.Agent.Architecture.Sources;

namespace Unbounded.Agent.Architecture.House;

public sealed class HouseTests
{
    [Fact]
    public void ProjectReferences_OfTheProduct_PointDown() =>
        Assert.Empty(Storeys.Violations(ProjectReferences.Of("agent")));

    [Fact]
    public void AssemblyReferences_OfTheProduct_PointDown()
    {
        var references = AssemblyReferences.OfProduct();

        Assert.Contains(references, r => r.From == "Unbounded.Agent");
        Assert.Empty(Storeys.Violations(references));
    }

    [Fact]
    public void ProjectReferences_OfATestProject_ReachNoHigherThanWhatItTests()
    {
        var own = Tree.Files("tests", "*.Tests.csproj")
            .SelectMany(file => ProjectReferences.Parse(Path.GetFileNameWithoutExtension(file)[..^".Tests".Length], Tree.Text(file)))
            // The contracts' suites are a library of tests beside the house; the simulator is what tests of the storeys below run on.
            .Where(r => r.From != r.To && r.To is not ("Unbounded.Agent.Contracts" or "Unbounded.Agent.Simulation"));

        Assert.Empty(Storeys.Violations(own));
    }

    [Fact]
    public void ProjectReferences_OfTheProduct_NeverReachTests() =>
        Assert.DoesNotContain(ProjectReferences.Of("agent"), r => r.To.EndsWith(".Tests", StringComparison.Ordinal));

    [Theory]
    [InlineData("Unbounded.Agent.Core", "Unbounded.Agent.Linux", "points up")]
    [InlineData("Unbounded.Agent.Linux", "Unbounded.Agent.Machines", "points up")]
    [InlineData("Unbounded.Agent.Machines", "Unbounded.Agent", "points up")]
    [InlineData("Unbounded.Agent.Machines", "Unbounded.Agent.Partitions", "neighbours")]
    [InlineData("Unbounded.Agent.Partitions", "Unbounded.Agent.Machines", "neighbours")]
    [InlineData("Unbounded.Agent.Images", "Unbounded.Agent.Kubernetes", "neighbours")]
    [InlineData("Unbounded.Agent.Core", "Unbounded.Agent.Core", "neighbours")]
    [InlineData("Unbounded.Agent.Cellar", "Unbounded.Agent.Core", "no storey")]
    [InlineData("Unbounded.Agent", "Unbounded.Agent.Attic", "no storey")]
    public void Violations_OfAWrongArrow_NameIt(string from, string to, string expected)
    {
        var violation = Assert.Single(Storeys.Violations([new Reference("Unbounded.Agent", "Unbounded.Agent.Core"), new Reference(from, to)]));

        Assert.Contains($"{from} -> {to}", violation, StringComparison.Ordinal);
        Assert.Contains(expected, violation, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_OfAProjectWithAnArrowUp_IsSeenAsViolation()
    {
        const string Xml = """
            <Project Sdk="Microsoft.NET.Sdk"><ItemGroup>
              <ProjectReference Include="..\Unbounded.Agent.Machines\Unbounded.Agent.Machines.csproj" />
            </ItemGroup></Project>
            """;

        Assert.Single(Storeys.Violations(ProjectReferences.Parse("Unbounded.Agent.Images", Xml)));
    }
}
