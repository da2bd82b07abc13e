using Spectre.Console;
using Unbounded.Agent.Cli;
using Unbounded.Agent.Machines.Preflight;
using Unbounded.Agent.Output;

namespace Unbounded.Agent.Commands.Preflight;

/// <summary>A preflight as text: a line a check, what to do below those that need it.</summary>
internal static class PreflightText
{
    public static void Write(PreflightDocument document, Terminal terminal)
    {
        var console = terminal.Answers();
        foreach (var check in document.Checks)
        {
            console.Write(new Text($"{Mark(check.Status),-8}", Style(check.Status)));
            console.WriteLine($"{check.Name,-16} {check.Evidence}");
            if (check.NextStep is { } next)
                console.WriteLine($"{"",-25}next: {next}");
        }

        console.WriteLine(document.Passed ? "this host can carry a node" : "this host can't carry a node yet");
    }

    private static string Mark(PreflightStatus status) => status switch
    {
        PreflightStatus.Ok => "ok",
        PreflightStatus.Skipped => "skipped",
        PreflightStatus.Warning => "warning",
        _ => "error",
    };

    private static Style Style(PreflightStatus status) => status switch
    {
        PreflightStatus.Ok => new Style(Color.Green),
        PreflightStatus.Warning => new Style(Color.Yellow),
        PreflightStatus.Error => new Style(Color.Red),
        _ => Spectre.Console.Style.Plain,
    };
}
