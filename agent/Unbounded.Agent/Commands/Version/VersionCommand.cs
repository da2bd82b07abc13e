using System.CommandLine;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json;
using Unbounded.Agent.Cli;

namespace Unbounded.Agent.Commands.Version;

/// <summary><c>version</c>: which build this is.</summary>
internal static class VersionCommand
{
    public static Command Create(CommandRunner runner)
    {
        var output = OutputOption.Create();
        var command = new Command("version", "Print the version of the agent.") { output };
        command.SetAction((parsed, cancellationToken) => runner.RunAsync(parsed, output, (context, _) =>
        {
            Print(Report(), context);
            return Task.FromResult(ExitCode.Success);
        }, cancellationToken));
        return command;
    }

    internal static VersionReport Report()
    {
        var stamp = typeof(VersionCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
        var plus = stamp.IndexOf('+', StringComparison.Ordinal);
        return new VersionReport(
            plus < 0 ? stamp : stamp[..plus],
            plus < 0 ? null : stamp[(plus + 1)..],
            RuntimeInformation.FrameworkDescription,
            RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant());
    }

    private static void Print(VersionReport report, CommandContext context)
    {
        if (context.Output == OutputFormat.Json)
        {
            context.Terminal.Out.WriteLine(JsonSerializer.Serialize(report, FrontDoorJson.Default.VersionReport));
            return;
        }

        var revision = report.Revision is null ? "" : $" ({report.Revision})";
        context.Terminal.Out.WriteLine($"unbounded-agent {report.Version}{revision}, {report.Runtime}, {report.Architecture}");
    }
}
