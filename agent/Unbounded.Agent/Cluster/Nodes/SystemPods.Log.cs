using Microsoft.Extensions.Logging;

namespace Unbounded.Agent.Cluster.Nodes;

internal sealed partial class SystemPods
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "How the pods of kube-system on the Node {Node} were before the handover is not known: the gate asks for all of them")]
    private partial void LogNotKnown(Exception exception, string node);
}
