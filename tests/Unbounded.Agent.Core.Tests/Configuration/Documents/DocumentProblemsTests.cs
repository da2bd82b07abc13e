using Unbounded.Agent.Core.Configuration.Documents;

namespace Unbounded.Agent.Core.Tests.Configuration.Documents;

public sealed class DocumentProblemsTests
{
    private static DocumentNode Node(string scalar = "") =>
        new() { Kind = DocumentKind.Text, Path = "$.a", Line = 3, Column = 5, Scalar = scalar };

    [Fact]
    public void Error_HasThePlaceOfItsNode()
    {
        var problems = new DocumentProblems();
        problems.Error(Node(), "is wrong");
        Assert.Equal("$.a (line 3, column 5): is wrong", Assert.Single(problems.Errors).ToString());
    }

    [Fact]
    public void Error_WithoutALine_NamesThePathAlone()
    {
        var problems = new DocumentProblems();
        problems.Error(Node() with { Line = null, Column = null }, "is wrong");
        Assert.Equal("$.a: is wrong", problems.Errors[0].ToString());
    }

    [Fact]
    public void Errors_BeyondTheLimit_AreCounted()
    {
        var problems = new DocumentProblems();
        for (var i = 0; i < DocumentProblems.Limit + 10; i++)
            problems.Error(Node(), $"{i}");
        Assert.Equal(DocumentProblems.Limit + 1, problems.Errors.Count);
        Assert.Equal("and 10 more problems", problems.Errors[^1].Message);
    }

    [Fact]
    public void Warnings_AreBoundedAndNoErrors()
    {
        var problems = new DocumentProblems();
        for (var i = 0; i < DocumentProblems.Limit + 10; i++)
            problems.Warn(Node(), $"{i}");
        Assert.False(problems.Any);
        Assert.Equal(DocumentProblems.Limit, problems.Warnings.Count);
    }

    [Theory]
    [InlineData(true, "x", true)]
    [InlineData(false, "x", false)]
    [InlineData(false, "x\ny", true)]
    [InlineData(false, "x\u0085y", true)]
    public void Law16_Doubt_IsAnErrorWhenStrictOrWithAControlCharacter(bool strict, string scalar, bool error)
    {
        var problems = new DocumentProblems(strict);
        problems.Doubt(Node(scalar), "is odd");
        Assert.Equal(error, problems.Any);
        Assert.Equal(!error, problems.Warnings.Count == 1);
    }
}
