using System.Text;
using System.Text.Json.Nodes;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Images.Oci;
using Unbounded.Agent.Images.References;
using Unbounded.Agent.Images.Tests.Support;
using Xunit.Abstractions;

namespace Unbounded.Agent.Images.Tests.Fuzzing;

/// <summary>Documents whose structure or bytes are wrong, with digests that fit: each is read or refused with a code.</summary>
public sealed class LayoutFuzzTests(ITestOutputHelper output) : IDisposable
{
    private const int Cases = 3000;
    private readonly TempDirectory _directory = TempDirectory.OnTmpfs("size=256m");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Law16_Find_RandomDocuments_AreReadOrRefused()
    {
        var outcomes = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var seed = 0; seed < Cases; seed++)
        {
            string outcome;
            var layout = new LayoutBuilder(_directory.Sub($"{seed}"));
            try
            {
                Write(layout, new Random(seed));
                new OciLayout(new LayoutReference(layout.Path, seed % 3 == 0 ? "v1" : null, null), new Platform("linux", "amd64")).Find();
                outcome = "found";
            }
            catch (AgentException e)
            {
                outcome = e.Code.Id;
                Assert.True(e.Code.Kind == ErrorKind.InvalidInput, $"seed {seed}: {e}");
                Assert.DoesNotContain(e.Message, char.IsControl);
                Assert.InRange(e.Message.Length, 1, 2000);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"seed {seed}: {e}", e);
            }

            outcomes[outcome] = outcomes.GetValueOrDefault(outcome) + 1;
            Directory.Delete(layout.Path, recursive: true);
        }

        Assert.InRange(outcomes.GetValueOrDefault("found"), Cases / 100, Cases);
        output.WriteLine(string.Join(", ", outcomes.OrderByDescending(o => o.Value).Select(o => $"{o.Key} {o.Value}")));
        Assert.True(outcomes.Count >= 5);
    }

    /// <summary>An image in an index in an index; each document may be damaged before the one above it names its digest.</summary>
    private static void Write(LayoutBuilder layout, Random random)
    {
        JsonObject descriptor = layout.Image(
            [(new TarBuilder().File("a").ToArray(), LayoutBuilder.Layer)], editConfig: c => Maybe(c, random), editManifest: m => Maybe(m, random));
        descriptor["platform"] = LayoutBuilder.Platform("amd64");
        for (var i = random.Next(3); i > 0; i--)
        {
            var index = LayoutBuilder.IndexOf([descriptor]);
            Maybe(index, random);
            descriptor = layout.Blob(index, LayoutBuilder.Index);
        }

        layout.Add(descriptor, "v1");
        var top = JsonNode.Parse(File.ReadAllText(layout.IndexPath))!.AsObject();
        Maybe(top, random);
        var bytes = Encoding.UTF8.GetBytes(top.ToJsonString());
        if (random.Next(4) == 0)
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        if (random.Next(10) == 0)
            bytes = bytes[..random.Next(bytes.Length)];
        File.WriteAllBytes(layout.IndexPath, bytes);
    }

    private static void Maybe(JsonObject document, Random random)
    {
        if (random.Next(6) != 0)
            return;
        var nodes = new List<JsonNode>();
        Gather(document, nodes);
        var parent = nodes[random.Next(nodes.Count)];
        var value = Value(random);
        if (parent is JsonObject { Count: > 0 } o)
            o[o.ElementAt(random.Next(o.Count)).Key] = value;
        else if (parent is JsonArray a)
            a.Insert(random.Next(a.Count + 1), value);
    }

    private static void Gather(JsonNode? node, List<JsonNode> nodes)
    {
        if (node is JsonObject o)
        {
            nodes.Add(o);
            foreach (var (_, child) in o)
                Gather(child, nodes);
        }
        else if (node is JsonArray a)
        {
            nodes.Add(a);
            foreach (var child in a)
                Gather(child, nodes);
        }
    }

    private static JsonNode? Value(Random random) => random.Next(12) switch
    {
        0 => null,
        1 => -1,
        2 => long.MaxValue,
        3 => 1e300,
        4 => string.Empty,
        5 => "sha256:" + new string('0', 64),
        6 => "sha256:../../../../../../etc/passwd",
        7 => new string('\u0007', 5000),
        8 => new JsonArray(null, 1, "x"),
        9 => new JsonObject { ["digest"] = "x" },
        10 => true,
        _ => Nested(60 + random.Next(10)),
    };

    private static JsonNode Nested(int depth)
    {
        JsonNode node = new JsonArray();
        for (var i = 0; i < depth; i++)
            node = new JsonArray(node);
        return node;
    }
}
