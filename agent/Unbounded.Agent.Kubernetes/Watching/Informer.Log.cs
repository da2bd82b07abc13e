using Microsoft.Extensions.Logging;

namespace Unbounded.Agent.Kubernetes.Watching;

internal static partial class InformerLog
{
    [LoggerMessage(Level = LogLevel.Information, EventName = "InformerListed", Message = "{What}: {Count} known")]
    public static partial void LogListed(this ILogger logger, string what, int count);

    [LoggerMessage(Level = LogLevel.Warning, EventName = "InformerLost", Message = "{What} can't be followed at this instant; it is tried again")]
    public static partial void LogLost(this ILogger logger, Exception exception, string what);

    [LoggerMessage(Level = LogLevel.Information, EventName = "InformerRegained", Message = "{What} can be followed again")]
    public static partial void LogRegained(this ILogger logger, string what);

    [LoggerMessage(Level = LogLevel.Warning, EventName = "InformerUnreadable", Message = "{What}: {Key} can't be read and is passed over")]
    public static partial void LogUnreadable(this ILogger logger, Exception exception, string what, string key);
}
