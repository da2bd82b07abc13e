using System.CommandLine;
using System.Text.Json;
using Unbounded.Agent.Cli;
using Unbounded.Agent.Core.Transaction.Planning;
using Unbounded.Agent.Hosting;
using Unbounded.Agent.Linux.Locks;
using Unbounded.Agent.Output;

namespace Unbounded.Agent.Commands.Plan;

/// <summary><c>plan</c>: what would be done now. Changes nothing and needs no lock.</summary>
internal static class PlanCommand
{
    public static Command Create(CommandRunner runner)
    {
        var output = OutputOption.Create();
        var command = new Command("plan", "Show what would be done now, step by step, and for how long the node would be down; changes nothing.") { output };
        command.SetAction((parsed, cancellationToken) => runner.RunAsync(parsed, output, RunAsync, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var services = OneShot.Create("plan", context, mayWrite: false);
        var plan = await services.Reconciler.PlanAsync(cancellationToken);
        Print(plan, services.Wishes.Warnings, AgentLock.Holder(services.Paths.Lock), context);
        return ExitCode.Success;
    }

    internal static void Print(Core.Transaction.Planning.Plan plan, IReadOnlyList<string> warnings, LockHolder? busy, CommandContext context)
    {
        var output = context.Terminal.Out;
        if (context.Output == OutputFormat.Json)
        {
            output.WriteLine(JsonSerializer.Serialize(PlanReport.From(plan, warnings, busy), FrontDoorJson.Default.PlanReport));
            return;
        }

        if (busy is not null)
            output.WriteLine($"process {busy.Pid} (unbounded-agent {busy.Command}) is at work since {Human.Instant(busy.Since)}; were it gone, this would be done:");
        output.Write(plan.Describe());
        foreach (var warning in warnings)
            output.WriteLine($"warning: {warning}");
    }
}
