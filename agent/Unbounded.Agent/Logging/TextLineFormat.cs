using Microsoft.Extensions.Logging;
using Unbounded.Agent.Core.Errors;

namespace Unbounded.Agent.Logging;

/// <summary>Lines for people. Under systemd the journal has time and level already: the level goes as a prefix that it understands, sd-daemon(3).</summary>
/// <param name="underJournal">Whether standard error is the journal.</param>
internal sealed class TextLineFormat(bool underJournal) : ILineFormat
{
    public string Format(in LogLine line)
    {
        var message = Redaction.Scrub(line.Exception is null ? line.Message : $"{line.Message}: {Describe(line.Exception)}");
        // What comes from outside must not fake further lines, or draw on the terminal.
        var flat = string.Concat(message.ReplaceLineEndings(" | ").Select(c => char.IsControl(c) ? ' ' : c));
        return underJournal
            ? $"<{Priority(line.Level)}>{flat}"
            : $"{line.At:yyyy-MM-dd'T'HH:mm:ss.fff'Z'} {Name(line.Level)} {flat}";
    }

    private static string Describe(Exception exception) => exception is AgentException coded
        ? $"{coded.Code}: {coded.What}: {coded.Why}. {coded.Next}"
        : exception.ToString();

    private static int Priority(LogLevel level) => level switch
    {
        LogLevel.Critical => 2,
        LogLevel.Error => 3,
        LogLevel.Warning => 4,
        LogLevel.Information => 6,
        _ => 7,
    };

    private static string Name(LogLevel level) => level switch
    {
        LogLevel.Critical => "fatal",
        LogLevel.Error => "error",
        LogLevel.Warning => "warn ",
        LogLevel.Information => "info ",
        _ => "debug",
    };
}
