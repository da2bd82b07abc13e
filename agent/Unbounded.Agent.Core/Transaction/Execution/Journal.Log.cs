using Microsoft.Extensions.Logging;

namespace Unbounded.Agent.Core.Transaction.Execution;

internal sealed partial class Journal
{
    [LoggerMessage(Level = LogLevel.Error, Message = "The record can't be saved; going on, because the node is down")]
    private partial void LogSaveFailed(Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "state.json can't be written; it is repaired later")]
    private partial void LogDeriveFailed(Exception exception);
}
