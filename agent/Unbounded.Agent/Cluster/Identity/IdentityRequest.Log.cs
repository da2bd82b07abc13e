using Microsoft.Extensions.Logging;

namespace Unbounded.Agent.Cluster.Identity;

internal sealed partial class IdentityRequest
{
    [LoggerMessage(Level = LogLevel.Information, EventName = "IdentityAsked", Message = "filed the request {Name} for this machine's certificate, key {Fingerprint}")]
    private partial void LogFiled(string name, string fingerprint);

    [LoggerMessage(Level = LogLevel.Information, EventName = "IdentityWaits", Message = "waiting for this machine's certificate: {Why}")]
    private partial void LogWaits(string why);

    [LoggerMessage(Level = LogLevel.Information, EventName = "IdentityTaken", Message = "this machine's certificate was issued by the request {Name}")]
    private partial void LogTaken(string name);

    [LoggerMessage(Level = LogLevel.Warning, EventName = "IdentityNotIssued", Message = "this machine was issued no certificate yet; it is asked for again")]
    private partial void LogRefused(Exception exception);
}
