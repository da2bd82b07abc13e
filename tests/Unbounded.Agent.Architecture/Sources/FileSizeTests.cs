namespace Unbounded.Agent.Architecture.Sources;

public sealed class FileSizeTests
{
    private const int Limit = 400;

    [Fact]
    public void Files_OfProductTestsAndBenchmarks_HaveAtMost400Lines() =>
        Assert.DoesNotContain(new[] { "agent", "tests", "bench" }.SelectMany(f => Tree.Files(f, "*.cs")), f => TooLong(Tree.Lines(f)));

    [Fact]
    public void TooLong_OneLineOverTheLimit_IsSeen()
    {
        Assert.False(TooLong(new string[Limit]));
        Assert.True(TooLong(new string[Limit + 1]));
    }

    private static bool TooLong(string[] lines) => lines.Length > Limit;
}
