using System.Text;
using Unbounded.Agent.Core.Configuration.Documents;
using Unbounded.Agent.Core.Errors;

namespace Unbounded.Agent.Core.Tests.Configuration.Documents;

public sealed class JsonDocumentSourceTests
{
    private readonly DocumentProblems _problems = new();

    private DocumentNode? Read(string text, out ErrorDetail? unreadable) =>
        JsonDocumentSource.Read(Encoding.UTF8.GetBytes(text), 4096, _problems, out unreadable);

    [Fact]
    public void Read_EveryKind_HasItsPathAndText()
    {
        var root = Read("""{"a":[1.50,"x",true,null,{}],"b c":{"d":false}}""", out var unreadable)!;
        Assert.Null(unreadable);
        var list = root.Members[0].Value;
        Assert.Equal(
            [
                (DocumentKind.Number, "$.a[0]", "1.50"), (DocumentKind.Text, "$.a[1]", "x"), (DocumentKind.Boolean, "$.a[2]", "true"),
                (DocumentKind.Null, "$.a[3]", ""), (DocumentKind.Map, "$.a[4]", ""),
            ],
            list.Items.Select(i => (i.Kind, i.Path, i.Scalar)));
        Assert.Equal("$['b c'].d", root.Members[1].Value.Members[0].Value.Path);
        Assert.Equal("false", root.Members[1].Value.Members[0].Value.Scalar);
    }

    [Fact]
    public void Read_Duplicates_KeepTheTreeAndNameTheLater()
    {
        var root = Read("""{"a":1,"b":2,"a":3}""", out _)!;
        Assert.Equal(3, root.Members.Count);
        Assert.Equal("$.a", Assert.Single(_problems.Errors).Path);
        Assert.Equal("3", new DocumentMap(root, _problems).Get("a")!.Scalar);
    }

    [Theory]
    [InlineData("\"\\u0041\"", "A")]
    [InlineData("\"\\ud83d\\ude00\"", "😀")]
    [InlineData("\"ä\"", "ä")]
    [InlineData("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\b\f\n\r\t")]
    public void Read_Escapes_AreUndone(string json, string expected)
    {
        Assert.Equal(expected, Read(json, out _)!.Scalar);
        Assert.False(_problems.Any);
    }

    [Theory]
    [InlineData("{\"a\":1", 1)]
    [InlineData("{\n\"a\":\n", 3)]
    [InlineData("[1,\n2,\n,3]", 3)]
    [InlineData("{} x", 1)]
    [InlineData("tru", 1)]
    public void Read_BrokenJson_HasItsLine(string text, int line)
    {
        Assert.Null(Read(text, out var unreadable));
        Assert.Equal(line, unreadable!.Line);
        Assert.NotNull(unreadable.Column);
    }

    [Fact]
    public void Read_Size_IsCheckedFirst()
    {
        Assert.Null(Read(new string(' ', 4097), out var unreadable));
        Assert.Contains("4097 bytes", unreadable!.Message, StringComparison.Ordinal);
        Assert.NotNull(Read("1" + new string(' ', 4095), out _));
    }

    [Fact]
    public void Read_LongNames_AreShortenedInPathsOnly()
    {
        var name = new string('n', 300);
        var root = Read($"{{\"{name}\":1}}", out _)!;
        Assert.Equal(name, root.Members[0].Key);
        Assert.True(root.Members[0].Value.Path.Length < 100);
    }
}
