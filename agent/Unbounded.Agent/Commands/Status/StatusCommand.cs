using System.CommandLine;
using Unbounded.Agent.Cli;
using Unbounded.Agent.Core.Transaction.Execution;
using Unbounded.Agent.Hosting;
using Unbounded.Agent.Linux.Locks;
using Unbounded.Agent.Progress;
using Unbounded.Agent.Status;

namespace Unbounded.Agent.Commands.Status;

/// <summary><c>status</c>: what the node is, from the record and from the host itself, with or without a daemon. Changes nothing.</summary>
internal static class StatusCommand
{
    public static Command Create(CommandRunner runner)
    {
        var output = OutputOption.Create();
        var command = new Command("status", "Show slots, the last transition and the last error; changes nothing.") { output };
        command.SetAction((parsed, cancellationToken) => runner.RunAsync(parsed, output, RunAsync, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var services = OneShot.Create("status", context, mayWrite: false);
        var record = await services.Records.LoadAsync(cancellationToken);
        var slots = await services.Backend.Slots.InspectAsync(cancellationToken);
        var wishes = await services.Wishes.ReadAsync(cancellationToken);
        var plan = await services.Reconciler.PlanAsync(cancellationToken);
        var daemon = AgentLock.Holder(services.Paths.DaemonLock);
        var note = daemon is null ? null : new ProgressFile(services.Paths.ProgressFile).Read();
        var snapshot = new StatusSnapshot(record, slots, plan, services.Time.GetUtcNow()) { Problem = note?.Problem ?? wishes.Problem };
        var status = StatusDocument.From(snapshot, services.Wishes.Origin);
        if (context.Output == OutputFormat.Json)
        {
            context.Terminal.Out.WriteLine(StatusReport.Write(status, record, daemon, note));
        }
        else
        {
            StatusText.Write(status, record, daemon, note, context.Terminal);
        }

        return ExitCode.Success;
    }
}
