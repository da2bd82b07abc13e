using Unbounded.Agent.Linux.DBus.Message;

namespace Unbounded.Agent.Linux.DBus.Systemd;

/// <summary>A request for a job.</summary>
/// <param name="Unit">The unit.</param>
/// <param name="Operation">What is asked for, for people.</param>
/// <param name="Call">The call that queues the job and answers with its path.</param>
internal sealed record JobRequest(string Unit, string Operation, BusCall Call)
{
    /// <summary>Whether the unit is to be down in the end, not up.</summary>
    internal bool EndsInactive { get; init; }

    /// <summary>
    /// Whether asking twice does no more than asking once. If not, a lost answer is looked into before asking again.
    /// </summary>
    internal bool IsRepeatable { get; init; }
}
