using Microsoft.Extensions.Logging;

namespace Unbounded.Agent.Kubernetes.Leading;

public sealed partial class LeaderElection
{
    [LoggerMessage(Level = LogLevel.Information, EventName = "LeaderWaits", Message = "{Holder} leads; {Candidate} waits")]
    private partial void LogWaits(string holder, string candidate);

    [LoggerMessage(Level = LogLevel.Information, EventName = "LeaderElected", Message = "{Candidate} leads")]
    private partial void LogLeads(string candidate);

    [LoggerMessage(Level = LogLevel.Warning, EventName = "LeaderLost", Message = "{Candidate} leads no more: {Why}")]
    private partial void LogLost(string candidate, string why);

    [LoggerMessage(Level = LogLevel.Information, EventName = "LeaderReleased", Message = "{Candidate} gave the lead back")]
    private partial void LogReleased(string candidate);

    [LoggerMessage(Level = LogLevel.Warning, EventName = "LeaseUnreachable", Message = "the lease can't be asked for or renewed at this instant; it is tried again")]
    private partial void LogUnreachable(Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, EventName = "LeaseNotReleased", Message = "the lease could not be given back; the next one waits until it has run out")]
    private partial void LogNotReleased(Exception exception);
}
