namespace Unbounded.Agent.Tests.Cli;

/// <summary>The manual page, as far as tests ask it: mdoc(7) macros at the beginning of lines.</summary>
internal sealed class ManualPage
{
    private readonly string[] _lines;

    public ManualPage(string text) => _lines = text.Split('\n');

    public static ManualPage Load() => new(File.ReadAllText(Path));

    public static string Path => System.IO.Path.Combine(AppContext.BaseDirectory, "docs", "man", "unbounded-agent.8");

    /// <summary>Commands that have an entry, each with the options that its entry describes, aliases included.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Commands()
    {
        var commands = new SortedDictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        var section = Section(".Ss Commands");
        for (var i = 0; i < section.Count; i++)
        {
            var words = section[i].Split(' ');
            if (words is [".It", "Cm", var alone])
                commands[alone] = Described(section.Skip(i + 1), 1);
            else if (words is [".It", "Xo", "Cm", var name])
                commands[name] = Described(section.Skip(i + 1), 1);
        }

        return commands;
    }

    /// <summary>Options that a command's synopsis names.</summary>
    public IReadOnlyList<string> Synopsis(string command) =>
        [.. Section(".Ss Commands").SkipWhile(l => l != $".It Xo Cm {command}").Skip(1).TakeWhile(l => l != ".Xc").SelectMany(Flags).Order(StringComparer.Ordinal)];

    /// <summary>Options that every command, or several, take.</summary>
    public IReadOnlyList<string> Common() =>
        [.. Section(".Ss Options of several commands").Where(l => l.StartsWith(".It ", StringComparison.Ordinal)).SelectMany(Flags).Order(StringComparer.Ordinal)];

    /// <summary>What is listed in a section, without its macros.</summary>
    public IReadOnlyList<string> Items(string section) =>
        [.. Section($".Sh {section}").Where(l => l.StartsWith(".It ", StringComparison.Ordinal)).Select(l => l.Split(' ')[^1])];

    // Of an entry: the list of options inside it, up to the next entry of the outer list.
    private static IReadOnlyList<string> Described(IEnumerable<string> after, int depth)
    {
        var options = new List<string>();
        foreach (var line in after)
        {
            depth += line.StartsWith(".Bl", StringComparison.Ordinal) ? 1 : line.StartsWith(".El", StringComparison.Ordinal) ? -1 : 0;
            if (depth == 0 || (depth == 1 && line.StartsWith(".It", StringComparison.Ordinal)))
                break;
            if (depth == 2 && line.StartsWith(".It", StringComparison.Ordinal))
                options.AddRange(Flags(line));
        }

        return [.. options.Order(StringComparer.Ordinal)];
    }

    private static IEnumerable<string> Flags(string line)
    {
        var words = line.Split(' ');
        return words.Zip(words.Skip(1)).Where(p => p.First is "Fl" or ".Fl").Select(p => "-" + p.Second);
    }

    private List<string> Section(string heading)
    {
        Assert.Contains(heading, _lines);
        return [.. _lines.SkipWhile(l => l != heading).Skip(1).TakeWhile(l => !l.StartsWith(".Sh ", StringComparison.Ordinal) && !l.StartsWith(".Ss ", StringComparison.Ordinal))];
    }
}
