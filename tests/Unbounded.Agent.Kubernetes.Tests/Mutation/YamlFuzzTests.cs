using System.Text;
using Unbounded.Agent.Core.Tests.Mutation;
using Unbounded.Agent.Kubernetes.Resources;
using Unbounded.Agent.Kubernetes.Tests.Resources;
using Xunit.Abstractions;

namespace Unbounded.Agent.Kubernetes.Tests.Mutation;

/// <summary>machine.yaml with a wrong structure, in every style of YAML.</summary>
public sealed class YamlFuzzTests(ITestOutputHelper output)
{
    private const int Cases = 3000;

    private static readonly string[] Words =
        ["\"edge-7\"", "\"Machine\"", "\"v1\"", "\"1.33.1\"", "1.33", "\"30s\"", "\"1h30m\"", "\"Manual\"", "\"OnDelete\"", "\"a=b:NoSchedule\"", "\"dir:///a\"", "\"22:00-04:00\"", "yes", "~", ".nan", ".inf", "0o17", "0x1f", "1_000"];

    [Fact]
    public void Law16_Parse_OfAnyStructure_IsAcceptedOrRefusedWithACode()
    {
        var good = MachineJson.Write(TestMachine.Parsed(TestMachine.Full));
        new FuzzRun(output, bytes => MachineFile.Parse(bytes), KubernetesErrors.MachineInvalid, KubernetesErrors.MachineUnreadable, KubernetesErrors.MachineIncomplete)
            .Kept(Kept())
            .Seeds(Cases, seed => Encodings.Encode(new TreeYaml(seed).Write(new TreeMutator(seed, Words).Mutate(good)), seed % 60))
            .AssertVaried();
    }

    // What YAML is known for, and what a scanner of it finds hard.
    private static IEnumerable<(string Name, byte[] Document)> Kept()
    {
        foreach (var (name, text) in Texts())
            yield return (name, Encoding.UTF8.GetBytes(text));
        for (var i = 0; i < Encodings.Count; i++)
            yield return ($"encoding {i}", Encodings.Encode(TestMachine.Full, i));
    }

    private static IEnumerable<(string Name, string Text)> Texts()
    {
        const int Long = 200_000;
        yield return ("good", TestMachine.Full);
        yield return ("billion laughs", "a: &a [lol,lol]\n" + string.Concat(Enumerable.Range(0, 20).Select(i => $"{(char)('b' + i)}: &{(char)('b' + i)} [*{(char)('a' + i)},*{(char)('a' + i)}]\n")));
        yield return ("an alias of itself", "a: &a\n  b: *a\n");
        yield return ("a merge", "a: &a {x: 1}\nb:\n  <<: *a\n");
        yield return ("an unknown alias", "a: *nowhere\n");
        yield return ("a type of the runtime", "a: !!System.Diagnostics.Process {FileName: /bin/sh}\n");
        yield return ("python", "a: !!python/object/apply:os.system [id]\n");
        yield return ("lists", new string('[', Long) + "\n");
        yield return ("lists in lists", string.Concat(Enumerable.Repeat("- ", Long / 2)) + "a\n");
        yield return ("maps", string.Concat(Enumerable.Repeat("{a: ", Long / 4)) + "\n");
        yield return ("maps of blocks", string.Concat(Enumerable.Range(0, 600).Select(i => new string(' ', i) + "a:\n")));
        yield return ("questions", string.Concat(Enumerable.Repeat("? ", Long / 2)) + "a\n");
        yield return ("question and colon", string.Concat(Enumerable.Repeat("? a\n: b\n", Long / 8)));
        yield return ("one plain word", new string('a', Long) + "\n");
        yield return ("a plain word as key", new string('a', Long) + ": b\n");
        yield return ("a quoted word", $"a: \"{new string('a', Long)}\"\n");
        yield return ("escapes", $"a: \"{string.Concat(Enumerable.Repeat("\\x07", Long / 4))}\"\n");
        yield return ("a quote that never ends", "a: \"" + new string('a', Long) + "\n");
        yield return ("a block", "a: |\n" + string.Concat(Enumerable.Repeat("  line\n", Long / 7)));
        yield return ("a folded block", "a: >\n" + string.Concat(Enumerable.Repeat("  line\n\n", Long / 8)));
        yield return ("comments", string.Concat(Enumerable.Repeat("# c\n", Long / 4)) + "a: b\n");
        yield return ("blank lines", new string('\n', Long) + "a: b\n");
        yield return ("keys", string.Concat(Enumerable.Range(0, Long / 10).Select(i => $"k{i:00000}: 0\n")));
        yield return ("one key", string.Concat(Enumerable.Repeat("k: 0\n", Long / 5)));
        yield return ("commas", "[" + new string(',', Long) + "]\n");
        yield return ("colons", string.Concat(Enumerable.Repeat("a: ", Long / 3)) + "\n");
        yield return ("documents", string.Concat(Enumerable.Repeat("---\n", Long / 4)));
        yield return ("directives", string.Concat(Enumerable.Repeat("%YAML 1.2\n", Long / 10)) + "---\na: b\n");
        yield return ("tags", string.Concat(Enumerable.Repeat("!t ", Long / 3)) + "\n");
        yield return ("anchors", string.Concat(Enumerable.Repeat("&a ", Long / 3)) + "\n");
        yield return ("tabs", "a:\n\t- b\n");
        yield return ("a key that is a map", "{a: b}: c\n");
        yield return ("a key that is null", "~: c\n");
        yield return ("a bell", "a: \u0007\n");
        yield return ("the other ends of lines", "a: b\u0085c: d\u2028e: f\n");
        yield return ("a mark in the middle", "a: \ufeffb\n");
        yield return ("too long", TestMachine.Full + new string('\n', 1 << 20));
    }
}
