using Microsoft.Extensions.Logging;

namespace Unbounded.Agent.Wishing;

internal sealed partial class LocalWishes
{
    [LoggerMessage(Level = LogLevel.Warning, EventName = "ConfigurationWarning", Message = "configuration: {Warning}")]
    private partial void LogWarning(string warning);

    [LoggerMessage(Level = LogLevel.Error, EventName = "RequestDamaged", Message = "a request is left alone")]
    private partial void LogRequestDamaged(Exception exception);

    [LoggerMessage(Level = LogLevel.Error, EventName = "ConfigurationRefused", Message = "what is wanted was not taken over, what was wanted before stays in force")]
    private partial void LogRefused(Exception exception);
}
