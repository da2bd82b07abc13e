using Microsoft.Extensions.Logging;

namespace Unbounded.Agent.Cluster.Nodes;

internal sealed partial class NodeFollower
{
    [LoggerMessage(Level = LogLevel.Information, Message = "The Node {Node} was cordoned")]
    private partial void LogCordoned(string node);

    [LoggerMessage(Level = LogLevel.Information, EventName = "NodeChanged", Message = "labels and taints of the Node {Name} were brought up to date")]
    private partial void LogApplied(string name);

    [LoggerMessage(Level = LogLevel.Warning, EventName = "NodeNotChanged", Message = "labels and taints could not be brought to the Node {Name}; it is tried again")]
    private partial void LogNotApplied(Exception exception, string name);

    [LoggerMessage(Level = LogLevel.Information, EventName = "NodeDeleted", Message = "the Node {Name} was deleted")]
    private partial void LogDeleted(string name);

    [LoggerMessage(Level = LogLevel.Warning, EventName = "NodeLost", Message = "the Node {Name} can't be followed; it is tried again")]
    private partial void LogLost(Exception exception, string name);
}
