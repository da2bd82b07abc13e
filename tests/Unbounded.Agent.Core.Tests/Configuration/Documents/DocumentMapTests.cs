using Unbounded.Agent.Core.Configuration.Documents;

namespace Unbounded.Agent.Core.Tests.Configuration.Documents;

public sealed class DocumentMapTests
{
    private readonly DocumentProblems _problems = new();

    private DocumentMap Read(string json) =>
        new(JsonDocumentSource.Read(System.Text.Encoding.UTF8.GetBytes(json), 1024, _problems, out _)!, _problems);

    [Theory]
    [InlineData("{\"n\":7}", 7L)]
    [InlineData("{\"n\":-1}", null)]
    [InlineData("{\"n\":101}", null)]
    [InlineData("{\"n\":1.5}", null)]
    [InlineData("{\"n\":1e1}", null)]
    [InlineData("{\"n\":99999999999999999999}", null)]
    [InlineData("{\"n\":\"7\"}", null)]
    [InlineData("{\"n\":true}", null)]
    public void WholeNumber_OutsideItsBounds_IsAnError(string json, long? expected)
    {
        Assert.Equal(expected, Read(json).WholeNumber("n", 0, 100));
        Assert.Equal(expected is null, _problems.Any);
    }

    [Fact]
    public void Absent_NullAndEmpty_AreTheSame()
    {
        var map = Read("""{"a":null,"b":""}""");
        Assert.Null(map.Text("a"));
        Assert.Null(map.Text("b"));
        Assert.Null(map.Text("c"));
        Assert.Null(map.Flag("a"));
        Assert.Null(map.WholeNumber("a", 0, 1));
        Assert.Null(map.List("a", 1));
        Assert.Null(map.Map("a"));
        Assert.False(_problems.Any);
    }

    [Fact]
    public void Finish_NamesWhatNobodyAskedFor()
    {
        var map = Read("""{"Known":1,"known":2,"other":3,"left":4}""");
        map.WholeNumber("Known", 0, 9);
        map.Leave("left");
        map.Finish();
        Assert.Equal(["$.known", "$.other"], _problems.Warnings.Select(w => w.Path));
        Assert.Contains("may be Known", _problems.Warnings[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Asked_HoldsEveryPath()
    {
        var asked = new List<string>();
        var root = JsonDocumentSource.Read("""{"a":{"b":1}}"""u8, 1024, _problems, out _)!;
        new DocumentMap(root, _problems, asked).Map("a")!.WholeNumber("b", 0, 9);
        Assert.Equal(["$.a", "$.a.b"], asked);
    }

    [Fact]
    public void Node_ToString_DoesNotShowTheValue() =>
        Assert.Equal("Text at $.a", Read("""{"a":"secret"}""").Get("a")!.ToString());

    [Fact]
    public void Doubt_IsAnErrorOnlyWhenStrict()
    {
        var lenient = new DocumentProblems(strict: false);
        var node = new DocumentNode { Kind = DocumentKind.Null, Path = "$" };
        lenient.Doubt(node, "x");
        _problems.Doubt(node, "x");
        Assert.False(lenient.Any);
        Assert.Single(lenient.Warnings);
        Assert.True(_problems.Any);
    }

    [Theory]
    [InlineData("plain", "$.plain")]
    [InlineData("with.dot", "$['with.dot']")]
    [InlineData("1st", "$['1st']")]
    [InlineData("", "$['']")]
    public void Path_NamesThatAreNotPlain_AreInBrackets(string name, string expected) => Assert.Equal(expected, DocumentPath.Member("$", name));
}
