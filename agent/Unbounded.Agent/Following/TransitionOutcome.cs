using System.Text.Json;
using Unbounded.Agent.Cli;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Transaction.Records;
using Unbounded.Agent.Output;

namespace Unbounded.Agent.Following;

/// <summary>Turns the end of a transition that a command waited for into its answer and its exit code.</summary>
internal static class TransitionOutcome
{
    /// <summary>Prints a success, or that there was nothing to do.</summary>
    /// <exception cref="AgentException"><see cref="FrontDoorErrors.TransitionEnded"/>: it did not succeed.</exception>
    public static int Print(TransitionSummary? ended, CommandContext context)
    {
        if (ended is null)
        {
            context.Terminal.Out.WriteLine(context.Output == OutputFormat.Json ? "null" : "the node is as desired: there was nothing to do");
            return ExitCode.Success;
        }

        if (ended.Result != TransitionResult.Succeeded)
            throw NotReached(ended);
        if (context.Output == OutputFormat.Json)
        {
            context.Terminal.Out.WriteLine(JsonSerializer.Serialize(TransitionReport.Of(ended), FrontDoorJson.Default.TransitionReport));
            return ExitCode.Success;
        }

        var down = ended.DowntimeMilliseconds is { } ms ? $", the node was down for {Human.Duration(TimeSpan.FromMilliseconds(ms))}" : "";
        context.Terminal.Out.WriteLine($"{ended.To} runs Kubernetes {ended.Version}{down}");
        return ExitCode.Success;
    }

    /// <summary>The error of a request that was refused.</summary>
    public static AgentException Refused(ErrorRecord refusal) => new(
        new ErrorCode(refusal.Code, ErrorKind.Precondition), refusal.Message, refusal.Cause, refusal.NextStep);

    private static AgentException NotReached(TransitionSummary ended) => new(
        FrontDoorErrors.TransitionEnded,
        ended.Result == TransitionResult.RolledBack
            ? $"Kubernetes {ended.Version} in {ended.To} was rolled back: {ended.From?.Value ?? "nothing"} runs again"
            : $"Kubernetes {ended.Version} in {ended.To} was given up before the node was touched",
        ended.Error is { } error ? $"{error.Code}: {error.Message}: {error.Cause}" : "the record keeps no reason",
        ended.Error?.NextStep ?? "see the log of unbounded-agent-daemon.service");
}
