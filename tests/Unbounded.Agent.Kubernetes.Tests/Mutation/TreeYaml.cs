using System.Text;
using Unbounded.Agent.Core.Tests.Mutation;

namespace Unbounded.Agent.Kubernetes.Tests.Mutation;

/// <summary>Writes a tree as YAML in every style that YAML has, now and then with what makes YAML dangerous.</summary>
/// <param name="seed">Chooses styles and dangers.</param>
internal sealed class TreeYaml(int seed)
{
    private static readonly string[] Dangers =
        ["&a ", "*a ", "!!str ", "!!binary ", "!<tag:yaml.org,2002:int> ", "! ", "? ", "- ", "|\n", ">\n", "|9\n", "\t", "# ", "@", "`", "%YAML 1.1\n", "--- ", "... ", "<<: ", "{", "[", "\u0085", "\u2028"];

    private readonly Random _random = new(seed);
    private readonly StringBuilder _text = new();

    public string Write(Tree tree)
    {
        _text.Clear();
        if (_random.Next(20) == 0)
            _text.Append(Pick("---\n", "%YAML 1.2\n---\n", "# a comment\n", "\n\n", "--- "));
        Block(tree, 0);
        if (_random.Next(20) == 0)
            _text.Append(Pick("...\n", "---\n", "---\na: b\n", "# end", "...\n...\n", "\t\n"));
        return _text.ToString();
    }

    private void Block(Tree tree, int level)
    {
        if (tree.Kind == TreeKind.Scalar)
            Line(level, Scalar(tree.Raw));
        foreach (var (name, value) in tree.Members)
            Entry(level, Key(name) + ":", value);
        foreach (var item in tree.Items)
            Entry(level, "-", item);
    }

    private void Entry(int level, string head, Tree value)
    {
        var empty = value.Members.Count + value.Items.Count == 0;
        if (value.Kind == TreeKind.Scalar)
            Line(level, $"{head} {Danger()}{Scalar(value.Raw)}");
        else if (empty || _random.Next(8) == 0)
            Line(level, $"{head} {Danger()}{value.ToJson()}");
        else
        {
            Line(level, $"{head} {Danger()}");
            Block(value, level + 1);
        }
    }

    // Plain where it can be, else as JSON has it, which YAML reads too; or as a block.
    private string Scalar(string raw)
    {
        if (raw.Length < 2 || raw[0] != '"')
            return raw;
        var inner = raw[1..^1];
        return _random.Next(6) switch
        {
            0 => raw,
            1 => "'" + inner.Replace("'", "''", StringComparison.Ordinal) + "'",
            2 when _random.Next(10) == 0 => "|-\n          " + inner,
            _ => inner.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '/' or '-') && inner.Length > 0 ? inner : raw,
        };
    }

    private string Danger() => _random.Next(200) == 0 ? Pick(Dangers) : "";

    private static string Key(string name) => name.Length > 0 && name.All(char.IsAsciiLetterOrDigit) ? name : $"\"{name}\"";

    private void Line(int level, string line)
    {
        _text.Append(_random.Next(400) == 0 ? '\t' : ' ', 2 * level);
        _text.Append(line.TrimEnd(' ')).Append('\n');
    }

    private T Pick<T>(params T[] choices) => choices[_random.Next(choices.Length)];
}
