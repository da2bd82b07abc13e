using Microsoft.Extensions.Logging;
using Unbounded.Agent.Core.Transaction.Planning;

namespace Unbounded.Agent.Core.Transaction.Execution;

public sealed partial class Reconciler
{
    [LoggerMessage(Level = LogLevel.Information, Message = "{Kind}: {Summary}")]
    private partial void LogPlan(PlanKind kind, string summary);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Files derived from the record can't be written; tried again later")]
    private partial void LogFilesNotWritten(Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "The node can't be looked at; tried again later")]
    private partial void LogSurveyFailed(Exception exception);
}
