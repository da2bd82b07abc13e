using Microsoft.Extensions.Logging;

namespace Unbounded.Agent.Fleet.Approving;

internal sealed partial class ApprovingLoop
{
    [LoggerMessage(Level = LogLevel.Information, EventName = "RequestApproved", Message = "approved {Request} of {Machine}, key {Fingerprint}, filed by {Requester}")]
    private partial void LogApproved(string request, string machine, string? fingerprint, string requester);

    [LoggerMessage(Level = LogLevel.Warning, EventName = "RequestWaits", Message = "{Request} of {Machine} is left waiting: {Objection}")]
    private partial void LogWaits(string request, string machine, string objection);

    [LoggerMessage(Level = LogLevel.Warning, EventName = "TokensUnread", Message = "Secrets in kube-system can't be read: whether a bootstrap token was withdrawn since its request was filed is not checked")]
    private partial void LogTokensUnread(Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, EventName = "EventNotTold", Message = "an event of {Machine} could not be told")]
    private partial void LogNotTold(Exception exception, string machine);
}
