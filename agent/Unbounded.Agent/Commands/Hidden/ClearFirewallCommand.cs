using System.CommandLine;
using Unbounded.Agent.Cli;
using Unbounded.Agent.Hosting;
using Unbounded.Agent.Linux.Network.Firewall;
using Unbounded.Agent.Machines.HostPreparation.Network;

namespace Unbounded.Agent.Commands.Hidden;

/// <summary><c>clear-firewall</c>: what unbounded-agent-firewall.service runs before a machine starts.</summary>
internal static class ClearFirewallCommand
{
    public static Command Create(CommandRunner runner)
    {
        var command = new Command("clear-firewall", "Remove firewall rules that an earlier machine left; run by unbounded-agent-firewall.service.")
        {
            Hidden = true,
        };
        command.SetAction((parsed, cancellationToken) => runner.RunAsync(parsed, output: null, async (context, stop) =>
        {
            await using var services = OneShot.Create("clear-firewall", context, mayWrite: true);
            foreach (var removed in await new FirewallCleaner(services.Backend.Host, new NfTables(), services.Store).ClearAsync(stop))
                context.Terminal.Out.WriteLine($"removed {removed}");
            return ExitCode.Success;
        }, cancellationToken));
        return command;
    }
}
