using Microsoft.Extensions.Logging;

namespace Unbounded.Agent.Cluster.Events;

internal sealed partial class EventTeller
{
    [LoggerMessage(Level = LogLevel.Warning, EventName = "EventNotTold", Message = "the event {Reason} could not be told to the API server; it is tried again until it is {Longest} old")]
    private partial void LogNotTold(Exception exception, string reason, TimeSpan longest);
}
