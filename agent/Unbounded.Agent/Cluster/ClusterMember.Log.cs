using Microsoft.Extensions.Logging;

namespace Unbounded.Agent.Cluster;

internal sealed partial class ClusterMember
{
    [LoggerMessage(Level = LogLevel.Error, EventName = "ClusterUnusable", Message = "no API server is followed; it is tried again after a while, and when the configuration changes")]
    private partial void LogUnusable(Exception exception);

    [LoggerMessage(Level = LogLevel.Critical, EventName = "ClusterEnded", Message = "following the API server ended by a fault of the agent; the node goes on as it is, and it is begun again after a while")]
    private partial void LogEnded(Exception exception);
}
