namespace Unbounded.Agent.Linux.Processes;

/// <summary>How a program ended.</summary>
/// <param name="ExitCode">Its exit code; 128 + n when signal n ended it.</param>
/// <param name="Output">The end of its standard output, as UTF-8.</param>
/// <param name="Error">The end of its standard error, as UTF-8.</param>
/// <param name="OutputCut">Whether <paramref name="Output"/> lacks its beginning: a reader that parses it must refuse it.</param>
public sealed record ProcessResult(int ExitCode, string Output, string Error, bool OutputCut = false)
{
    /// <summary>Whether it ended with 0.</summary>
    public bool Succeeded => ExitCode == 0;

    /// <summary>The last lines of what it said, standard error first, for an error message.</summary>
    public string Tail(int lines = 5)
    {
        var text = string.IsNullOrWhiteSpace(Error) ? Output : Error;
        var all = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return string.Join(" | ", all.TakeLast(lines));
    }
}
