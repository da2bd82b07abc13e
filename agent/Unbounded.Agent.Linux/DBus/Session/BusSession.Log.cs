using Microsoft.Extensions.Logging;

namespace Unbounded.Agent.Linux.DBus.Session;

/// <summary>What a session says.</summary>
internal sealed partial class BusSession
{
    [LoggerMessage(2201, LogLevel.Warning, "The connection to {Bus} was lost: {Why}")]
    private partial void LogLost(string bus, string why);

    [LoggerMessage(2202, LogLevel.Information, "Connected to {Bus} again, {Service} is asked anew")]
    private partial void LogConnectedAgain(string bus, string service);

    [LoggerMessage(2203, LogLevel.Warning, "{Bus} can't be used yet: {Why}")]
    private partial void LogCanNotReconnect(string bus, string why);

    [LoggerMessage(2204, LogLevel.Information, "{Service} came back on {Bus}")]
    private partial void LogFoundAgain(string service, string bus);

    [LoggerMessage(2205, LogLevel.Warning, "A signal {Interface}.{Member} could not be read: {Why}")]
    private partial void LogUnreadable(string @interface, string member, string why);
}
