using Microsoft.Extensions.Logging;

namespace Unbounded.Agent.Cluster.Identity;

internal sealed partial class IdentityKeeper
{
    [LoggerMessage(Level = LogLevel.Information, EventName = "IdentityDue", Message = "this machine's certificate is renewed from {Due:u} on")]
    private partial void LogDue(DateTimeOffset due);

    [LoggerMessage(Level = LogLevel.Warning, EventName = "IdentityNotNoted", Message = "that this machine's certificate is used in this cluster could not be noted")]
    private partial void LogNotNoted(Exception exception);
}
