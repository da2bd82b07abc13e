using Microsoft.Extensions.Logging;

namespace Unbounded.Agent.Daemon;

internal sealed partial class DaemonLoop
{
    [LoggerMessage(Level = LogLevel.Information, EventName = "Started", Message = "started")]
    private partial void LogStarted();

    [LoggerMessage(Level = LogLevel.Information, EventName = "Stopped", Message = "stopped")]
    private partial void LogStopped();

    [LoggerMessage(Level = LogLevel.Information, EventName = "LockHeld", Message = "waiting: {Holder}")]
    private partial void LogLocked(string holder);

    [LoggerMessage(Level = LogLevel.Error, EventName = "TurnFailed", Message = "nothing could be decided, it is tried again")]
    private partial void LogTurnFailed(Exception exception);

    [LoggerMessage(Level = LogLevel.Critical, EventName = "Stalled", Message = "the transition has shown no sign of life for {Limit}: the watchdog is left to end the daemon")]
    private partial void LogStalled(TimeSpan limit);
}
