using System.CommandLine;
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

    /// <summary>Adds them to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="source">Whether it reads an index.</param>
    public void AddTo(Command command, bool source)
    {
        command.Add(_config);
        command.Add(_state);
        if (!source)
            return;
        command.Add(_server);
        command.Add(_channel);
        command.Add(_key);
    }

    /// <summary>The state file, null for the usual one.</summary>
    public string? State(ParseResult parsed) => parsed.GetValue(_state) is { } path ? Path.GetFullPath(path) : null;

    /// <summary>The settings that hold for this command line.</summary>
    public async Task<UpdateSettings> SettingsAsync(ParseResult parsed, bool source, CancellationToken cancellationToken)
    {
        var settings = await UpdateSettingsFile.LoadAsync(parsed.GetValue(_config)!, cancellationToken);
        return !source ? settings : settings with
        {
            Server = parsed.GetValue(_server) ?? settings.Server,
            Channel = parsed.GetValue(_channel) ?? settings.Channel,
            PublicKey = parsed.GetValue(_key) is { } key ? Path.GetFullPath(key) : settings.PublicKey,
        };
    }
}
