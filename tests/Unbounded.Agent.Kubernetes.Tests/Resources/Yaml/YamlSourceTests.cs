using System.Text;
using Unbounded.Agent.Core.Configuration.Documents;
using Unbounded.Agent.Kubernetes.Resources.Yaml;

namespace Unbounded.Agent.Kubernetes.Tests.Resources.Yaml;

public sealed class YamlSourceTests
{
    private readonly DocumentProblems _problems = new();

    private DocumentNode Read(string text) => YamlSource.Read(Encoding.UTF8.GetBytes(text), _problems);

    // Kinds as YAML 1.2's core schema has them, and booleans also as Kubernetes' reader takes them.
    [Theory]
    [InlineData("x", DocumentKind.Text, "x")]
    [InlineData("'1'", DocumentKind.Text, "1")]
    [InlineData("\"true\"", DocumentKind.Text, "true")]
    [InlineData("|\n  a\n  b", DocumentKind.Text, "a\nb\n")]
    [InlineData(">-\n  a\n  b", DocumentKind.Text, "a b")]
    [InlineData("two words", DocumentKind.Text, "two words")]
    [InlineData("1", DocumentKind.Number, "1")]
    [InlineData("-1", DocumentKind.Number, "-1")]
    [InlineData("1.50", DocumentKind.Number, "1.50")]
    [InlineData("1e3", DocumentKind.Number, "1e3")]
    [InlineData("0x1f", DocumentKind.Number, "0x1f")]
    [InlineData("0o17", DocumentKind.Number, "0o17")]
    [InlineData(".inf", DocumentKind.Number, ".inf")]
    [InlineData(".nan", DocumentKind.Number, ".nan")]
    [InlineData("1.2.3", DocumentKind.Text, "1.2.3")]
    [InlineData("1h", DocumentKind.Text, "1h")]
    [InlineData("22:00-05:30", DocumentKind.Text, "22:00-05:30")]
    [InlineData("2025-03-04", DocumentKind.Text, "2025-03-04")]
    [InlineData("-", DocumentKind.Text, "-")]
    [InlineData("true", DocumentKind.Boolean, "true")]
    [InlineData("False", DocumentKind.Boolean, "false")]
    [InlineData("YES", DocumentKind.Boolean, "true")]
    [InlineData("off", DocumentKind.Boolean, "false")]
    [InlineData("truE", DocumentKind.Text, "truE")]
    [InlineData("null", DocumentKind.Null, "null")]
    [InlineData("~", DocumentKind.Null, "~")]
    [InlineData("{}", DocumentKind.Map, "")]
    [InlineData("[]", DocumentKind.List, "")]
    public void Read_Scalar_HasItsKind(string written, DocumentKind kind, string text)
    {
        if (written == "-")
            written = "'-'";
        var value = Read($"a: {written}\n").Members[0].Value;
        Assert.Equal((kind, text), (value.Kind, value.Scalar));
        Assert.False(_problems.Any);
    }

    [Fact]
    public void Read_Nodes_HavePathLineAndColumn()
    {
        var root = Read("# first\na:\n  - b: 1\n    c: [x, {d: y}]\n'e f': z\n");
        var item = root.Members[0].Value.Items[0];
        Assert.Equal(("$.a[0]", 3, 5), (item.Path, item.Line!.Value, item.Column!.Value));
        var deep = item.Members[1].Value.Items[1].Members[0].Value;
        Assert.Equal(("$.a[0].c[1].d", 4, 16), (deep.Path, deep.Line!.Value, deep.Column!.Value));
        Assert.Equal("$['e f']", root.Members[1].Value.Path);
    }

    [Fact]
    public void Read_KeysThatAreNotText_AreTakenAsTheyAreWritten()
    {
        var root = Read("1: a\ntrue: b\n~: c\n");
        Assert.Equal(["1", "true", "~"], root.Members.Select(m => m.Key));
    }

    [Fact]
    public void Read_DuplicateKeys_AreNamedAtTheLater()
    {
        Read("a: 1\nb:\n  c: 1\n  'c': 2\n");
        Assert.Equal("$.b.c (line 4, column 8): is there more than once", Assert.Single(_problems.Errors).ToString());
    }

    [Theory]
    [InlineData(24, true)]
    [InlineData(25, false)]
    public void Read_Depth_IsBounded(int depth, bool accepted)
    {
        var text = "a: " + string.Concat(Enumerable.Repeat("[", depth)) + string.Concat(Enumerable.Repeat("]", depth)) + "\n";
        if (accepted)
            Read(text);
        else
            Assert.Equal(YamlRefusal.Unreadable, Assert.Throws<YamlRefused>(() => Read(text)).Refusal);
    }

    [Theory]
    [InlineData(9_990, true)]
    [InlineData(10_000, false)]
    public void Read_Values_AreBounded(int count, bool accepted)
    {
        var text = $"a: [{string.Join(',', Enumerable.Repeat("1", count))}]\n";
        if (accepted)
            Assert.Equal(count, Read(text).Members[0].Value.Items.Count);
        else
            Assert.Contains("10000 values", Assert.Throws<YamlRefused>(() => Read(text)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_LargestSize_IsStillRead()
    {
        const string start = "a: 1\n#";
        Assert.Single(Read(start + new string('x', YamlSource.MaxBytes - start.Length - 1) + "\n").Members);
    }
}
