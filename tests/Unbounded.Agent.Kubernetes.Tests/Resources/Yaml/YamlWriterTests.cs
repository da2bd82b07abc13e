using System.Text;
using System.Text.Json.Nodes;
using Unbounded.Agent.Core.Configuration.Documents;
using Unbounded.Agent.Kubernetes.Resources.Yaml;

namespace Unbounded.Agent.Kubernetes.Tests.Resources.Yaml;

public sealed class YamlWriterTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("with blank", "with blank")]
    [InlineData("dir:///srv/x:v1", "dir:///srv/x:v1")]
    [InlineData("", "\"\"")]
    [InlineData("1.33", "\"1.33\"")]
    [InlineData("true", "\"true\"")]
    [InlineData("NULL", "\"NULL\"")]
    [InlineData("a: b", "\"a: b\"")]
    [InlineData("a #b", "\"a #b\"")]
    [InlineData("say \"x\"\\", "\"say \\\"x\\\"\\\\\"")]
    [InlineData("a\nb\tc", "\"a\\nb\\tc\"")]
    [InlineData("\u001b", "\"\\u001b\"")]
    [InlineData("ä", "\"ä\"")]
    public void Quoted_OnlyWhereAReaderWouldTakeItForSomethingElse(string value, string expected) => Assert.Equal(expected, YamlWriter.Quoted(value));

    [Fact]
    public void Emit_NestedListsAndMaps_AreIndentedByTwo()
    {
        var tree = JsonNode.Parse("""{"a":{"b":[{"c":{"d":1},"e":[{"f":true},{}]},"x",[],null,[1,[2]]]},"g":{}}""")!.AsObject();
        Assert.Equal(
            """
            a:
              b:
              - c:
                  d: 1
                e:
                - f: true
                - {}
              - x
              - []
              - null
              -
                - 1
                -
                  - 2
            g: {}

            """,
            YamlEmitter.Write(tree));
    }

    // Any tree comes back as it was: structure, order, kinds and text.
    [Fact]
    public void Emit_AnyTree_IsReadBackTheSame()
    {
        for (var seed = 0; seed < 1000; seed++)
        {
            var tree = new JsonObject { ["root"] = Value(new Random(seed), 0) };
            var text = YamlEmitter.Write(tree);
            var read = Back(YamlSource.Read(Encoding.UTF8.GetBytes(text), new DocumentProblems()));
            Assert.True(tree.ToJsonString() == read!.ToJsonString(), $"seed {seed}:\n{text}{tree.ToJsonString()}\n{read.ToJsonString()}");
        }
    }

    private static readonly string[] Texts =
        ["", "x", "a b", "- a", "a: b", "#", "null", "~", "yes", "1", "1.5", "0x1", ".inf", "{", "[a", "&a", "*a", "!a", "|", ">", "'", "\"", "\\", "%a", "@a", "`a", "?", "? a", ":", ",", "\n", " x", "x ", "\t", "ä", "😀", "\u2028", "...", "---", "2025-01-01"];

    private static JsonNode? Value(Random random, int depth) => random.Next(depth > 4 ? 5 : 8) switch
    {
        0 => null,
        1 => random.Next(2) == 0,
        2 => random.Next(-100, 100),
        3 or 4 => Texts[random.Next(Texts.Length)],
        5 => new JsonArray([.. Enumerable.Range(0, random.Next(4)).Select(_ => Value(random, depth + 1))]),
        _ => new JsonObject(Enumerable.Range(0, random.Next(4)).Select(i => KeyValuePair.Create(Texts[random.Next(Texts.Length)] + i, Value(random, depth + 1)))),
    };

    private static JsonNode? Back(DocumentNode node) => node.Kind switch
    {
        DocumentKind.Map => new JsonObject(node.Members.Select(m => KeyValuePair.Create(m.Key, Back(m.Value)))),
        DocumentKind.List => new JsonArray([.. node.Items.Select(Back)]),
        DocumentKind.Text => JsonValue.Create(node.Scalar),
        DocumentKind.Null => null,
        _ => JsonNode.Parse(node.Scalar),
    };
}
