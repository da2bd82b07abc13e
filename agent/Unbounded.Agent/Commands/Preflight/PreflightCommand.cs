using System.CommandLine;
using System.Text.Json;
using Unbounded.Agent.Cli;
using Unbounded.Agent.Core.Configuration;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Hosting;
using Unbounded.Agent.Linux.Files;
using Unbounded.Agent.Machines.Preflight;
using Unbounded.Agent.Wishing;

namespace Unbounded.Agent.Commands.Preflight;

/// <summary><c>preflight</c>: whether this host can carry a node. Changes nothing.</summary>
internal static class PreflightCommand
{
    public static Command Create(CommandRunner runner)
    {
        var output = OutputOption.Create();
        var config = new Option<string>("--config", "-c") { Description = "The configuration to check with, instead of the installed one.", HelpName = "FILE" };
        var ignore = new Option<string[]>("--ignore")
        {
            Description = "Leave out these checks, by name.",
            HelpName = "CHECK",
            AllowMultipleArgumentsPerToken = true,
            CustomParser = parsed => [.. parsed.Tokens.SelectMany(t => t.Value.Split(',', StringSplitOptions.RemoveEmptyEntries))],
        };
        var strict = new Option<bool>("--fail-on-warnings") { Description = "A warning is a failure, too." };
        var offline = new Option<bool>("--no-packages") { Description = "A missing package is an error: install will install none." };
        var command = new Command("preflight", "Check whether this host can carry a node; changes nothing.") { config, ignore, strict, offline, output };
        command.SetAction((parsed, cancellationToken) => runner.RunAsync(parsed, output, async (context, stop) =>
        {
            await using var services = OneShot.Create("preflight", context, mayWrite: false);
            var input = await InputAsync(services, parsed.GetValue(config), stop) with { AllowPackages = !parsed.GetValue(offline) };
            await using var machined = services.Systemd.Machined();
            var options = new PreflightOptions { Ignore = parsed.GetValue(ignore) ?? [] };
            var report = await HostPreparation.Preflight(services, machined).RunAsync(input, options, stop);
            return Print(PreflightDocument.From(report, parsed.GetValue(strict)), context);
        }, cancellationToken));
        return command;
    }

    // What is wrong with the configuration is a line of the report, beside everything else.
    private static async Task<PreflightInput> InputAsync(AgentServices services, string? file, CancellationToken cancellationToken)
    {
        try
        {
            if (file is not null)
            {
                var given = AgentConfigParser.Parse(BoundedFile.Read(file, AgentConfigParser.MaxBytes));
                return Input(given.Config, given.Warnings);
            }

            var files = new DesiredFiles(services.Store, services.Paths, new MachineGeneration(services.Store, services.Paths, mayWrite: false));
            return Input((await files.ReadAsync(cancellationToken))?.State.Config, []);
        }
        catch (AgentException e)
        {
            return new PreflightInput { ConfigError = e };
        }
    }

    private static PreflightInput Input(AgentConfig? config, IReadOnlyList<ErrorDetail> warnings) => new()
    {
        Config = config,
        ConfigWarnings =
        [
            .. warnings,
            .. config is null ? [] : IdleFields.Of(config),
            .. HiddenPaths.Warning(config?.OCIImage) is { } hidden ? [new ErrorDetail("$.OCIImage", hidden)] : Array.Empty<ErrorDetail>(),
        ],
    };

    internal static int Print(PreflightDocument document, CommandContext context)
    {
        if (context.Output == OutputFormat.Json)
            context.Terminal.Out.WriteLine(JsonSerializer.Serialize(document, FrontDoorJson.Default.PreflightDocument));
        else
            PreflightText.Write(document, context.Terminal);
        return document.Passed ? ExitCode.Success : ExitCode.Of(FrontDoorErrors.PreflightFailed.Kind);
    }
}
