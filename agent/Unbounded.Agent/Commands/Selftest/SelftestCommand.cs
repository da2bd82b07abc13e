using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Unbounded.Agent.Cli;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Output;
using Unbounded.Agent.Simulation;

namespace Unbounded.Agent.Commands.Selftest;

/// <summary><c>selftest</c>: cuts the power of simulated hosts under this very build. Touches nothing of the real one.</summary>
internal static class SelftestCommand
{
    private const long DefaultStates = 10_000;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    public static Command Create(CommandRunner runner)
    {
        var output = OutputOption.Create();
        var states = new Option<long>("--states")
        {
            Description = "How many crash states to explore.",
            HelpName = "N",
            DefaultValueFactory = _ => DefaultStates,
        };
        states.Validators.Add(parsed =>
        {
            if (parsed.Tokens is [{ Value: var text }] && !(long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0))
                parsed.AddError("--states takes a number greater than 0");
        });
        var seed = new Option<int>("--seed") { Description = "Repeats the exploration that was made with this seed.", HelpName = "S", DefaultValueFactory = _ => 1 };
        var story = new Option<string?>("--story") { Description = "Makes one story happen again, which a broken self-test has named, and nothing else.", HelpName = "STORY" };
        var command = new Command("selftest", "Cut the power of simulated hosts under this build; touches nothing of this one.") { states, seed, story, output };
        command.SetAction((parsed, cancellationToken) => runner.RunAsync(
            parsed,
            output,
            (context, stop) => Task.FromResult(
                parsed.GetValue(story) is { } one
                    ? Replay(one, context, TimeProvider.System)
                    : Run(new SelfTestOptions(parsed.GetValue(states), parsed.GetValue(seed)), context, TimeProvider.System, stop)),
            cancellationToken));
        return command;
    }

    internal static int Run(SelfTestOptions options, CommandContext context, TimeProvider time, CancellationToken stop)
    {
        var last = time.GetTimestamp();
        var report = SelfTest.Run(options, time, Progress, stop);
        if (report.Failure is null && stop.IsCancellationRequested)
        {
            throw new AgentException(
                FrontDoorErrors.Interrupted,
                $"the self-test was ended after {Human.Count(report.States)} of {Human.Count(options.States)} crash states, none of which broke a law",
                "a signal (SIGINT, SIGTERM) arrived",
                "run it again: it begins anew, and with the same --seed in the same order; a smaller --states takes less time");
        }

        return Answer(report, context);

        void Progress(long done)
        {
            if (time.GetElapsedTime(last) < Interval)
                return;
            last = time.GetTimestamp();
            context.Terminal.Error.WriteLine($"{Human.Count(done)} of {Human.Count(options.States)} crash states");
        }
    }

    private static int Replay(string story, CommandContext context, TimeProvider time)
    {
        try
        {
            return Answer(SelfTest.Replay(story, time), context);
        }
        catch (FormatException e)
        {
            throw new AgentException(FrontDoorErrors.CommandLine, "the story can't be made happen again", e.Message, "pass it as the self-test of this very build has named it", e);
        }
    }

    private static int Answer(SelfTestReport report, CommandContext context)
    {
        if (context.Output == OutputFormat.Json)
            context.Terminal.Out.WriteLine(JsonSerializer.Serialize(report, FrontDoorJson.Default.SelfTestReport));
        else
            SelftestText.Write(report, context.Terminal);
        return report.Failure is null ? ExitCode.Success : ExitCode.Of(FrontDoorErrors.SelftestFailed.Kind);
    }
}
