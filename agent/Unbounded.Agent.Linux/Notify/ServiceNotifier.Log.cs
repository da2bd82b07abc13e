using Microsoft.Extensions.Logging;

namespace Unbounded.Agent.Linux.Notify;

/// <summary>What a notifier says.</summary>
public sealed partial class ServiceNotifier
{
    [LoggerMessage(2301, LogLevel.Warning, "NOTIFY_SOCKET={Address} can't be used: {Why}")]
    private partial void LogUnusable(string address, string why);

    [LoggerMessage(2302, LogLevel.Warning, "{Assignment} could not be delivered to the service manager: {Why}")]
    private partial void LogUndelivered(string assignment, string why);
}
