using Microsoft.Extensions.Logging;

namespace Unbounded.Agent.Daemon;

internal sealed partial class UnitTrigger
{
    [LoggerMessage(Level = LogLevel.Warning, EventName = "WatchLost", Message = "{Unit} can't be watched, it is tried again")]
    private partial void LogLost(string unit, Exception exception);
}
