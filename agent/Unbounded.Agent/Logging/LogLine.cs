using Microsoft.Extensions.Logging;

namespace Unbounded.Agent.Logging;

/// <summary>One log message with everything that is known of it.</summary>
/// <param name="At">When, UTC.</param>
/// <param name="Level">How bad.</param>
/// <param name="Category">The type that logs.</param>
/// <param name="Event">Name of the message, null when it has none.</param>
/// <param name="Message">The text.</param>
/// <param name="Fields">What was filled into the text, by name.</param>
/// <param name="Exception">What was thrown, null when nothing was.</param>
internal readonly record struct LogLine(
    DateTimeOffset At,
    LogLevel Level,
    string Category,
    string? Event,
    string Message,
    IReadOnlyList<KeyValuePair<string, object?>> Fields,
    Exception? Exception);
