namespace Unbounded.Agent.Core.Tests.Mutation;

/// <summary>Seeded changes to the structure of a document. One seed always gives the same changes.</summary>
/// <param name="seed">The seed.</param>
/// <param name="words">Values that mean something in the format.</param>
internal sealed class TreeMutator(int seed, params string[] words)
{
    private static readonly string[] Scalars =
    [
        "null", "true", "false", "0", "-1", "1", "-0", "1.5", "1e999", "-1e999", "9223372036854775807", "9223372036854775808", "-9223372036854775809", "2147483648", "1e-400", "0.1e1",
        "\"\"", "\" \"", "\"null\"", "\"true\"", "\"1\"", "\"NaN\"", "\"-Infinity\"", "\"\\u0000\"", "\"\\ud800\"", "\"\\udc00\\ud800\"", "\"a\\nb\"", "\"\\u202e\"", "\"\\ufeff\"", "\"\\u2028\"",
        "\"../../etc/passwd\"", "\"/\"", "\"//a\"", "\"/a/..\"", "\"%s%n\"", "\"$(reboot)\"", "\"0001-01-01T00:00:00Z\"", "\"9999-12-31T23:59:59.9999999+14:00\"", "\"2026-02-30T00:00:00Z\"",
        "\"AAAA\"", "\"!!!!\"", "\"sha256:00\"", "\"99999999999h\"", "\"-1s\"", "\"1h1h\"", "\"24:00-25:61\"",
    ];

    // No JSON at all: a parser must say so.
    private static readonly string[] Impossible = ["NaN", "Infinity", "-Infinity", "undefined", "01", "+1", ".5", "0x10", "'a'", "\"\u0001\"", "\"\\x41\"", "nul", ",", "/*c*/1", "\"open"];

    private readonly Random _random = new(seed);

    /// <summary>A changed copy.</summary>
    public Tree Mutate(ReadOnlyMemory<byte> original)
    {
        var tree = Tree.Parse(original);
        for (var i = _random.Next(1, 4); i > 0; i--)
            Change(tree);
        return tree;
    }

    private void Change(Tree tree)
    {
        var parents = tree.Parents().ToList();
        var parent = parents[_random.Next(parents.Count)];
        var count = parent.Kind == TreeKind.Map ? parent.Members.Count : parent.Items.Count;
        var at = _random.Next(count + 1);
        if (at == count || _random.Next(8) == 0)
            Insert(parent, at, Value(parents));
        else if (parent.Kind == TreeKind.List)
            ChangeItem(parent, at, parents);
        else
            ChangeMember(parent, at, parents);
    }

    private void ChangeMember(Tree map, int at, List<Tree> parents)
    {
        var (name, value) = map.Members[at];
        switch (_random.Next(7))
        {
            case 0:
                map.Members.RemoveAt(at);
                break;
            case 1:
                // The same name twice, with the same value or another one.
                map.Members.Insert(_random.Next(map.Members.Count + 1), (name, _random.Next(2) == 0 ? value : Value(parents)));
                break;
            case 2:
                map.Members[at] = (Renamed(name), value);
                break;
            case 3:
                var other = _random.Next(map.Members.Count);
                (map.Members[at], map.Members[other]) = ((name, map.Members[other].Value), (map.Members[other].Name, value));
                break;
            case 4:
                map.Members[at] = (name, _random.Next(2) == 0 ? Tree.List(value) : Tree.Map((name, value)));
                break;
            default:
                map.Members[at] = (name, Value(parents));
                break;
        }
    }

    private void ChangeItem(Tree list, int at, List<Tree> parents)
    {
        switch (_random.Next(4))
        {
            case 0:
                list.Items.RemoveAt(at);
                break;
            case 1:
                // Copies share their node: only their count matters.
                list.Items.InsertRange(at, Enumerable.Repeat(list.Items[at], _random.Next(1, 600)));
                break;
            default:
                list.Items[at] = Value(parents);
                break;
        }
    }

    private void Insert(Tree parent, int at, Tree value)
    {
        if (parent.Kind == TreeKind.List)
            parent.Items.Insert(at, value);
        else
            parent.Members.Insert(at, (Pick("x", "", "a.b", "$ref", "__proto__", "\\u0041", "\\ud800", "a\\nb", new string('k', 300)), value));
    }

    private string Renamed(string name) => name.Length == 0 ? "x" : _random.Next(6) switch
    {
        0 => name.ToUpperInvariant(),
        1 => name.ToLowerInvariant(),
        2 => name[1..],
        3 => name + "\\u200b",
        4 => " " + name,
        _ => $"\\u{(int)name[0]:x4}" + name[1..],
    };

    private Tree Value(List<Tree> parents) => _random.Next(14) switch
    {
        0 => Deep(_random.Next(2, 80), map: _random.Next(2) == 0),
        1 => Tree.Text(new string(Pick('a', '/', '\u00e4', '.', '\\', ' ', '0'), _random.Next(1, 20_000))),
        2 => Tree.Scalar(new string('9', _random.Next(1, 5000))),
        3 => Tree.List(Enumerable.Range(0, _random.Next(700)).Select(i => Tree.Scalar($"{i}"))),
        4 => Tree.Map(Enumerable.Range(0, _random.Next(700)).Select(i => ($"k{i}", Tree.Scalar("null")))),
        5 => Tree.Scalar(Impossible[_random.Next(Impossible.Length)]),
        // Another part of the document, in a place that it is not for. A copy of a copy of the whole would grow without end.
        6 when parents.Skip(1).ToList() is { Count: > 0 } below => Copy(below[_random.Next(below.Count)]),
        < 10 when words.Length > 0 => Tree.Scalar(words[_random.Next(words.Length)]),
        _ => Tree.Scalar(Scalars[_random.Next(Scalars.Length)]),
    };

    private static Tree Copy(Tree tree) => tree.Kind switch
    {
        TreeKind.Map => Tree.Map(tree.Members.Select(m => (m.Name, Copy(m.Value)))),
        TreeKind.List => Tree.List(tree.Items.Select(Copy)),
        _ => tree,
    };

    private static Tree Deep(int depth, bool map)
    {
        var tree = Tree.Scalar("1");
        for (var i = 0; i < depth; i++)
            tree = map ? Tree.Map(("d", tree)) : Tree.List(tree);
        return tree;
    }

    private T Pick<T>(params T[] choices) => choices[_random.Next(choices.Length)];
}
