using System.CommandLine;
using Unbounded.Agent.Cli;
using Unbounded.Agent.Hosting;
using Unbounded.Agent.Metrics;
using Unbounded.Agent.Partitions.Updates;

namespace Unbounded.Agent.Commands.Update;

/// <summary><c>update metrics</c>: figures of a host without the daemon, for node_exporter's textfile collector.</summary>
internal static class UpdateMetricsCommand
{
    public static Command Create(CommandRunner runner)
    {
        var config = new Option<string>("--config") { Description = "The settings, lines 'key = value'.", DefaultValueFactory = _ => UpdateSettings.DefaultFile, HelpName = "FILE" };
        var command = new Command("metrics", "Print metrics for Prometheus, as a textfile collector takes them.") { config };
        command.SetAction((parsed, cancellationToken) => runner.RunAsync(parsed, output: null, async (context, stop) =>
        {
            var settings = await UpdateSettingsFile.LoadAsync(parsed.GetValue(config)!, stop);
            context.Terminal.Out.Write(Text(AgentPaths.OfProcess(), settings.MetricsPrefix));
            return ExitCode.Success;
        }, cancellationToken));
        return command;
    }

    internal static string Text(AgentPaths paths, string prefix)
    {
        using var instruments = new AgentInstruments(new RecordView(paths.Record).Read, new HostFigures(paths.Root));
        using var text = new PrometheusText(prefix, instruments);
        return text.Write();
    }
}
