using Microsoft.Extensions.Logging;

namespace Unbounded.Agent.Cluster;

internal sealed partial class MachineFollower
{
    [LoggerMessage(Level = LogLevel.Information, EventName = "ClusterFollowed", Message = "following the Machine {Name} of {Server}")]
    private partial void LogFollowed(string name, string server);

    [LoggerMessage(Level = LogLevel.Warning, EventName = "ClusterLost", Message = "the Machine in the cluster can't be followed; what it said last stays in force, and it is tried again")]
    private partial void LogLost(Exception exception);

    [LoggerMessage(Level = LogLevel.Information, EventName = "MachineChanged", Message = "the Machine {Name} has generation {Generation}")]
    private partial void LogChanged(string name, long? generation);

    [LoggerMessage(Level = LogLevel.Information, EventName = "MachineRegistered", Message = "registered the Machine {Name}")]
    private partial void LogRegistered(string name);

    [LoggerMessage(Level = LogLevel.Error, EventName = "MachineNotKept", Message = "the Machine in the cluster could not be kept on this host; what was wanted before stays in force until it changes again")]
    private partial void LogNotKept(Exception exception);
}
