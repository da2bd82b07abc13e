using System.CommandLine;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Partitions.Updates;

namespace Unbounded.Agent.Commands.Update;

/// <summary>The options that every command of <c>update</c> has: a flag beats the file, the file beats the default.</summary>
internal sealed class UpdateOptions
{
    private readonly Option<string> _config = new("--config")
    {
        Description = "The settings, lines 'key = value'.",
        DefaultValueFactory = _ => UpdateSettings.DefaultFile,
        HelpName = "FILE",
    };

    private readonly Option<string?> _state = new("--state") { Description = "Another state.json.", HelpName = "FILE" };
    private readonly Option<string?> _server = new("--server") { Description = "Where the index is: file, http, https or oci.", HelpName = "URL" };
    private readonly Option<string?> _channel = new("--channel") { Description = "Only images of this channel.", HelpName = "NAME" };
    private readonly Option<string?> _key = new("--pubkey") { Description = "The public key that the index is signed with, PEM.", HelpName = "FILE" };

    private readonly Option<string?> _window = new("--maintenance-window") { Description = "When to change anything, UTC; empty: always.", HelpName = "HH:MM-HH:MM" };
    private readonly Option<string?> _health = new("--healthcheck-url") { Description = "What must answer 200 on a healthy system; empty: nothing.", HelpName = "URL" };
    private readonly Option<string?> _limit = new("--auto-rollback-after") { Description = "After how many failures in a row to go back, 1 to 100.", HelpName = "N" };

    /// <summary>Adds them to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="use">What it does with the settings.</param>
    public void AddTo(Command command, SettingsUse use)
    {
        command.Add(_config);
        command.Add(_state);
        switch (use)
        {
            case SettingsUse.Source:
                command.Add(_server);
                command.Add(_channel);
                command.Add(_key);
                command.Add(_window);
                break;
            case SettingsUse.Verdict:
                command.Add(_health);
                command.Add(_limit);
                break;
        }
    }

    /// <summary>The state file, null for the usual one.</summary>
    public string? State(ParseResult parsed) => parsed.GetValue(_state) is { } path ? Path.GetFullPath(path) : null;

    /// <summary>The settings that hold for this command line.</summary>
    /// <exception cref="AgentException">The file, or what a flag says, is not valid.</exception>
    public async Task<UpdateSettings> SettingsAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var settings = await UpdateSettingsFile.LoadAsync(parsed.GetValue(_config)!, cancellationToken);
        foreach (var (option, key) in new[]
        {
            (_server, "server"), (_channel, "channel"), (_key, "pubkey"), (_window, "maintenance_window"), (_health, "healthcheck_url"), (_limit, "auto_rollback_after"),
        })
        {
            if (parsed.GetResult(option) is not null && parsed.GetValue(option) is { } value)
                settings = UpdateSettingsFile.With(settings, key, option == _key && value.Length > 0 ? Path.GetFullPath(value) : value, option.Name);
        }

        return settings;
    }
}
