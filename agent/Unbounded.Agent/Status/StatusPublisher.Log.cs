using Microsoft.Extensions.Logging;

namespace Unbounded.Agent.Status;

internal sealed partial class StatusPublisher
{
    [LoggerMessage(Level = LogLevel.Warning, EventName = "StatusNotWritten", Message = "the status file could not be written; it is tried again with the next status")]
    private partial void LogNotWritten(Exception exception);
}
