using System.Net;
using Microsoft.Extensions.Logging;

namespace Unbounded.Agent.Metrics;

/// <summary>Log messages.</summary>
internal sealed partial class DaemonMetrics
{
    [LoggerMessage(Level = LogLevel.Information, Message = "metrics are offered at http://{Endpoint}/metrics")]
    private static partial void LogOffered(ILogger logger, IPEndPoint endpoint);

    [LoggerMessage(Level = LogLevel.Warning, Message = "metrics are not offered")]
    private static partial void LogNotOffered(ILogger logger, Exception exception);
}
