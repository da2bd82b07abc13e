using System.Globalization;
using System.Text.RegularExpressions;
using Unbounded.Agent.Simulation.Files;

namespace Unbounded.Agent.Simulation.Exploration;

/// <summary>
/// A story on one line, to be passed on and made happen again: <c>nspawn: swap; cut 84 KKLZ; kill 3</c>. The scenario comes first, then what happens, in its
/// order. A letter for each write that was unsynced when power was cut: lost, kept, torn, zeroed.
/// </summary>
internal static partial class StoryText
{
    private const string Letters = "LKTZ";

    /// <summary>Writes a story.</summary>
    public static string Format(Story story)
    {
        List<string> parts = [story.Scenario];
        if (story.Fault is { } fault)
        {
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"fault {fault.From} {fault.Count} {fault.Errno}"));
        }

        parts.AddRange(story.Cuts.Select(c => c.Outcomes is { } outcomes
            ? $"cut {c.At} {string.Concat(outcomes.Select(o => Letters[(int)o]))}".TrimEnd()
            : $"kill {c.At}"));
        return string.Join("; ", parts);
    }

    /// <summary>Reads one.</summary>
    /// <returns>Null when it is none; the problem says why.</returns>
    public static Story? Parse(string text, IEnumerable<string> scenarios, out string problem)
    {
        problem = "";
        var parts = text.Split(';', StringSplitOptions.TrimEntries);
        if (!scenarios.Contains(parts[0], StringComparer.Ordinal))
        {
            problem = $"there is no scenario '{parts[0]}'";
            return null;
        }

        var story = new Story(parts[0], []);
        foreach (var part in parts[1..])
        {
            if (Part().Match(part) is not { Success: true } match)
            {
                problem = $"'{part}' is neither 'kill N', 'cut N [{Letters}...]' nor 'fault N N N'";
                return null;
            }

            story = match.Groups["from"].Success
                ? story with { Fault = new Fault(Number(match, "from"), Number(match, "count"), Number(match, "errno")) }
                : story.With(new Cut(Number(match, "at"), match.Groups["kill"].Success ? null : Outcomes(match.Groups["letters"].Value)));
        }

        return story;
    }

    private static List<Outcome> Outcomes(string letters) => [.. letters.Select(l => (Outcome)Letters.IndexOf(l, StringComparison.Ordinal))];

    private static int Number(Match match, string group) => int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(
        @"\A((?<kill>kill)\ (?<at>[1-9][0-9]{0,7})|cut\ (?<at>[1-9][0-9]{0,7})(\ (?<letters>[LKTZ]+))?|fault\ (?<from>[1-9][0-9]{0,7})\ (?<count>[1-9][0-9]{0,3})\ (?<errno>[1-9][0-9]{0,2}))\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        1000)]
    private static partial Regex Part();
}
