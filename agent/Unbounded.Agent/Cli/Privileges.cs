using Unbounded.Agent.Core.Errors;

namespace Unbounded.Agent.Cli;

/// <summary>What a command may do.</summary>
internal static class Privileges
{
    /// <summary>Refuses a command that changes the host unless root runs it.</summary>
    /// <exception cref="AgentException"><see cref="FrontDoorErrors.NotRoot"/>.</exception>
    public static void DemandRoot(string command, bool isRoot)
    {
        if (isRoot)
            return;
        throw new AgentException(
            FrontDoorErrors.NotRoot,
            $"unbounded-agent {command} needs root",
            "it changes machines, mounts and units of this host",
            $"run it as root: sudo unbounded-agent {command}");
    }
}
