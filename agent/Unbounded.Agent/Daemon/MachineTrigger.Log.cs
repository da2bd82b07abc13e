using Microsoft.Extensions.Logging;

namespace Unbounded.Agent.Daemon;

internal sealed partial class MachineTrigger
{
    [LoggerMessage(Level = LogLevel.Warning, EventName = "MachinesWatchLost", Message = "machined's machines can't be watched, it is tried again")]
    private partial void LogLost(Exception exception);
}
