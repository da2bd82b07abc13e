using System.CommandLine;

namespace Unbounded.Agent.Cli;

/// <summary><c>--output text|json</c>, for commands that answer something.</summary>
internal static class OutputOption
{
    public static Option<OutputFormat> Create() => new("--output", "-o")
    {
        Description = "How the answer is written: text or json.",
        HelpName = "text|json",
    };
}
