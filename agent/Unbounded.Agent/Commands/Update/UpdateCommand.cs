using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Unbounded.Agent.Cli;
using Unbounded.Agent.Hosting;
using Unbounded.Agent.Partitions.Updates;
using Unbounded.Agent.Progress;

namespace Unbounded.Agent.Commands.Update;

/// <summary><c>update</c>: the system of a host with two system partitions, a step a command.</summary>
internal static class UpdateCommand
{
    public static Command Create(CommandRunner runner) => new("update", "Update the system of a host that has two system partitions.")
    {
        Check(runner),
        Apply(runner),
        Activate(runner),
        Run(runner),
        Healthcheck(runner),
        Rollback(runner),
        Status(runner),
        UpdateMetricsCommand.Create(runner),
    };

    private static Command Check(CommandRunner runner)
    {
        var version = Version();
        return Make(runner, "check", "Look whether there is something newer; changes nothing.", SettingsUse.Source, [version], async (call, stop) =>
        {
            await using var services = call.Services(reboots: false);
            var offer = await services.Agent.CheckAsync(new(call.Parsed.GetValue(version)), stop);
            call.Print(UpdateOfferDocument.From(offer), FrontDoorJson.Default.UpdateOfferDocument, UpdateText.Of(offer));
            return ExitCode.Success;
        });
    }

    private static Command Apply(CommandRunner runner)
    {
        var version = Version();
        var force = Force();
        var downgrade = new Option<bool>("--allow-downgrade") { Description = "Install an older version, too." };
        var retry = new Option<bool>("--retry") { Description = "Try a version again that failed before." };
        return Make(runner, "apply", "Write an image into the slot that does not run, and read it back.", SettingsUse.Source, [version, force, downgrade, retry], (call, stop) =>
        {
            var parsed = call.Parsed;
            return ChangeAsync(call, reboots: false, (agent, token) => agent.ApplyAsync(
                new(parsed.GetValue(version), parsed.GetValue(force), parsed.GetValue(downgrade), parsed.GetValue(retry)), token), stop);
        });
    }

    private static Command Run(CommandRunner runner)
    {
        var none = NoReboot();
        return Make(runner, "run", "Do it all where there is something newer and nothing stands against it: apply, activate, reboot.", SettingsUse.Source, [none], (call, stop) =>
            ChangeAsync(call, !call.Parsed.GetValue(none), (agent, token) => agent.TurnAsync(token), stop));
    }

    private static Command Activate(CommandRunner runner)
    {
        var reboot = new Option<bool>("--reboot") { Description = "Reboot at once; otherwise that is left to you." };
        var force = Force();
        return Make(runner, "activate", "Make the next boot try the slot that was prepared, if the gates still allow it.", SettingsUse.Source, [reboot, force], (call, stop) =>
            ChangeAsync(call, call.Parsed.GetValue(reboot), (agent, token) => agent.ActivateAsync(call.Parsed.GetValue(force), token), stop));
    }

    private static Command Healthcheck(CommandRunner runner)
    {
        var none = NoReboot();
        var last = new Option<bool>("--last") { Description = "One failure, or a boot that has not ended, is enough to go back; where nothing is on trial, do nothing." };
        return Make(runner, "healthcheck", "Give the verdict on the slot on trial: commit it, or count a failure, and go back at the limit.", SettingsUse.Verdict, [none, last], (call, stop) =>
        {
            var isLast = call.Parsed.GetValue(last);
            return ChangeAsync(
                call, !call.Parsed.GetValue(none), (agent, token) => isLast ? agent.LastHealthcheckAsync(token) : agent.HealthcheckAsync(token), stop);
        });
    }

    private static Command Rollback(CommandRunner runner)
    {
        var none = NoReboot();
        return Make(runner, "rollback", "Give up the update that is under way, or boot the slot before again.", SettingsUse.Places, [none], (call, stop) =>
            ChangeAsync(call, !call.Parsed.GetValue(none), (agent, token) => agent.RollbackAsync(token), stop));
    }

    private static Command Status(CommandRunner runner)
    {
        var json = new Option<bool>("--json") { Description = "The same as --output json." };
        return Make(runner, "status", "Show both slots, the boot loader's counter and the state.", SettingsUse.Places, [json], async (call, stop) =>
        {
            await using var services = call.Services(reboots: false);
            var status = await services.Agent.StatusAsync(stop);
            call.Print(UpdateStatusDocument.From(status), FrontDoorJson.Default.UpdateStatusDocument, UpdateText.Of(status), call.Parsed.GetValue(json));
            return ExitCode.Success;
        });
    }

    private static async Task<int> ChangeAsync(
        UpdateCall call, bool reboots, Func<UpdateAgent, CancellationToken, Task<UpdateEnd>> change, CancellationToken stop)
    {
        Privileges.DemandRoot($"update {call.Name}", Environment.IsPrivilegedProcess);
        using var view = ProgressViews.Create(call.Context.Terminal, TimeProvider.System);
        await using var services = call.Services(reboots, view);
        var end = await change(services.Agent, stop);
        view.Dispose();
        // Who turned the reboot off does it: what is said of it must be so.
        end = end with { Reboots = end.Reboots && reboots };
        call.Print(UpdateEndDocument.From(end), FrontDoorJson.Default.UpdateEndDocument, UpdateText.Of(end));
        return end.Succeeded ? ExitCode.Success : ExitCode.Of(Core.Errors.ErrorKind.TransitionFailed);
    }

    private static Command Make(
        CommandRunner runner,
        string name,
        string description,
        SettingsUse use,
        IReadOnlyList<Option> own,
        Func<UpdateCall, CancellationToken, Task<int>> body)
    {
        var output = OutputOption.Create();
        var options = new UpdateOptions();
        var command = new Command(name, description) { output };
        foreach (var option in own)
            command.Add(option);
        options.AddTo(command, use);
        command.SetAction((parsed, cancellationToken) => runner.RunAsync(
            parsed,
            output,
            async (context, stop) => await body(new(name, parsed, context, await options.SettingsAsync(parsed, stop), options.State(parsed)), stop),
            cancellationToken));
        return command;
    }

    private static Option<string?> Version() => new("--version") { Description = "A certain version; otherwise the newest.", HelpName = "VERSION" };

    private static Option<bool> Force() => new("--force") { Description = "Wait for no maintenance window, and ask for no label of the node." };

    private static Option<bool> NoReboot() => new("--no-reboot") { Description = "Leave a reboot that follows to you." };

    /// <summary>One run of one of the commands.</summary>
    private sealed record UpdateCall(string Name, ParseResult Parsed, CommandContext Context, UpdateSettings Settings, string? State)
    {
        public UpdateServices Services(bool reboots, params IReadOnlyList<IProgressSink> sinks) =>
            new($"update {Name}", Context, Settings, State, reboots, sinks);

        public void Print<T>(T document, JsonTypeInfo<T> type, string text, bool json = false)
        {
            if (json || Context.Output == OutputFormat.Json)
                Context.Terminal.Out.WriteLine(JsonSerializer.Serialize(document, type));
            else
                Context.Terminal.Out.Write(text);
        }
    }
}
