namespace Unbounded.Agent.Cli;

/// <summary>What a command talks to: its streams and whether a person looks at them. Immutable.</summary>
/// <param name="Out">Standard output: answers.</param>
/// <param name="Error">Standard error: log lines, progress and errors.</param>
/// <param name="OutIsTerminal">Whether standard output is a terminal.</param>
/// <param name="ErrorIsTerminal">Whether standard error is a terminal: progress is then drawn in place.</param>
/// <param name="Color">Whether colors are wanted: not with NO_COLOR (no-color.org) or a dumb terminal.</param>
internal sealed record Terminal(TextWriter Out, TextWriter Error, bool OutIsTerminal, bool ErrorIsTerminal, bool Color)
{
    /// <summary>The streams of this process.</summary>
    public static Terminal OfProcess() => new(
        Console.Out,
        Console.Error,
        !Console.IsOutputRedirected,
        !Console.IsErrorRedirected,
        WantsColor(Environment.GetEnvironmentVariable("NO_COLOR"), Environment.GetEnvironmentVariable("TERM")));

    internal static bool WantsColor(string? noColor, string? term) =>
        string.IsNullOrEmpty(noColor) && !string.Equals(term, "dumb", StringComparison.Ordinal);
}
