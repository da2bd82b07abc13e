using Microsoft.Extensions.Logging;

namespace Unbounded.Agent.Core.Transaction.Execution;

internal sealed partial class PlanRun
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Stopped on request before the end of: {Step}")]
    private partial void LogSuspended(string step);

    [LoggerMessage(Level = LogLevel.Error, Message = "Failed: {Step}")]
    private partial void LogStepFailed(Exception exception, string step);

    [LoggerMessage(Level = LogLevel.Error, Message = "Whether the commit took effect is not known; neither side is given up")]
    private partial void LogCommitUnknown(Exception exception);
}
