using System.CommandLine;
using System.Text.RegularExpressions;
using Unbounded.Agent.Cli;
using Unbounded.Agent.Tests.Support;

namespace Unbounded.Agent.Tests.Cli;

/// <summary>What the command line has, and what texts say that it has.</summary>
internal static partial class DocumentedCommands
{
    // Words that follow the agent's name in prose without being commands.
    private static readonly HashSet<string> Prose = new(StringComparer.Ordinal) { "does", "is", "and" };

    public static RootCommand Root { get; } = CommandLine.Create(new RecordedTerminal().Terminal);

    public static IEnumerable<Command> Visible => Root.Subcommands.Where(c => !c.Hidden);

    /// <summary>Names of an own option of a command or of one of its subcommands, aliases included.</summary>
    public static IReadOnlyList<string> Options(Command command) =>
        [.. command.Subcommands.Append(command).SelectMany(c => c.Options).Where(o => !o.Hidden).SelectMany(o => o.Aliases.Append(o.Name)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>Names that every command takes.</summary>
    public static IReadOnlyList<string> Global { get; } = ["--debug", "--help", "--log-format", "--no-color", "-h"];

    /// <summary>Every use of the agent in a text that the command line would not understand.</summary>
    public static IReadOnlyList<string> Violations(string text)
    {
        var found = new List<string>();
        foreach (Match use in Use().Matches(text))
        {
            var name = use.Groups["command"].Value;
            if (Prose.Contains(name))
                continue;
            if (Root.Subcommands.FirstOrDefault(c => c.Name == name) is not { } command)
            {
                found.Add($"unbounded-agent {name}: no such command");
                continue;
            }

            foreach (Match option in Option().Matches(use.Groups["rest"].Value))
            {
                if (!Options(command).Concat(Global).Contains(option.Value))
                    found.Add($"unbounded-agent {name} {option.Value}: no such option");
            }
        }

        return found;
    }

    // To the end of the code span or line; a comment or a pipe ends the command.
    [GeneratedRegex(@"(?<![\w/.-])(?:\./)?unbounded-agent (?<command>[a-z][a-z-]*)(?<rest>[^`\n#|]*)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex Use();

    [GeneratedRegex(@"(?<=\s)--?[a-z][a-z-]*", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex Option();
}
