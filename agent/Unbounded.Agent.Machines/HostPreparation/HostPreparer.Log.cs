using Microsoft.Extensions.Logging;

namespace Unbounded.Agent.Machines.HostPreparation;

public sealed partial class HostPreparer
{
    [LoggerMessage(Level = LogLevel.Debug, Message = "host change {Change} is made")]
    private partial void LogApplied(string change);

    [LoggerMessage(Level = LogLevel.Debug, Message = "host change {Change} is undone")]
    private partial void LogUndone(string change);

    [LoggerMessage(Level = LogLevel.Information, Message = "everything that installing changed is undone")]
    private partial void LogUninstalled();
}
