using Microsoft.Extensions.Logging;

namespace Unbounded.Agent.Cluster;

internal sealed partial class StatusTeller
{
    [LoggerMessage(Level = LogLevel.Warning, EventName = "StatusNotTold", Message = "the status could not be told to the API server; it is tried again, and stands in nothing's way")]
    private partial void LogNotTold(Exception exception);
}
