using System.CommandLine;
using Unbounded.Agent.Cli;
using Unbounded.Agent.Hosting;

namespace Unbounded.Agent.Commands.Hidden;

/// <summary><c>machine-prestart SLOT</c>: what a machine's service runs before each start.</summary>
internal static class MachinePrestartCommand
{
    public static Command Create(CommandRunner runner)
    {
        var slot = new Argument<string>("SLOT") { Description = "Name of the machine." };
        var command = new Command("machine-prestart", "Prepare the start of a machine; run by its service.") { slot };
        command.Hidden = true;
        command.SetAction((parsed, cancellationToken) => runner.RunAsync(parsed, output: null, async (context, stop) =>
        {
            await using var services = OneShot.Create("machine-prestart", context, mayWrite: true);
            await services.Backend.PrestartAsync(parsed.GetValue(slot)!, stop);
            return ExitCode.Success;
        }, cancellationToken));
        return command;
    }
}
