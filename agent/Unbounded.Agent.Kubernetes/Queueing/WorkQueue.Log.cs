using Microsoft.Extensions.Logging;

namespace Unbounded.Agent.Kubernetes.Queueing;

public sealed partial class WorkQueue
{
    [LoggerMessage(Level = LogLevel.Warning, EventName = "WorkFailed", Message = "{Key} failed {Failures} times in a row; it is tried again in {Pause}")]
    private partial void LogFailed(Exception exception, string key, int failures, TimeSpan pause);
}
