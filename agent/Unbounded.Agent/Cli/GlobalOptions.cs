using System.CommandLine;

namespace Unbounded.Agent.Cli;

/// <summary>Options that every command takes.</summary>
internal sealed class GlobalOptions
{
    public Option<LogFormat> LogFormat { get; } = new("--log-format")
    {
        Description = "How log lines are written: text or json.",
        Recursive = true,
        HelpName = "text|json",
    };

    public Option<bool> Debug { get; } = new("--debug")
    {
        Description = "Log details, and show where an unexpected error came from.",
        Recursive = true,
    };

    public Option<bool> NoColor { get; } = new("--no-color")
    {
        Description = "Never use colors (also: the environment variable NO_COLOR).",
        Recursive = true,
    };

    public void AddTo(Command root)
    {
        root.Add(LogFormat);
        root.Add(Debug);
        root.Add(NoColor);
    }
}
