using Microsoft.Extensions.Logging;

namespace Unbounded.Agent.Cluster.Identity;

internal sealed partial class IdentityKeeper
{
    [LoggerMessage(Level = LogLevel.Information, EventName = "IdentityDue", Message = "this machine's certificate is renewed from {Due:u} on")]
    private partial void LogDue(DateTimeOffset due);
}
