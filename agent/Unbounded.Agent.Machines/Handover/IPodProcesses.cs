namespace Unbounded.Agent.Machines.Handover;

/// <summary>The processes of a machine's pods, as its host sees them.</summary>
internal interface IPodProcesses
{
    /// <summary>Whether a machine has any pod that runs.</summary>
    /// <param name="payload">Directory of the machine's payload cgroup.</param>
    bool Any(string payload);

    /// <summary>Ends all pods. Never cancelled: half-ended pods would be neither the old side's nor anyone's.</summary>
    /// <param name="payload">Directory of the machine's payload cgroup.</param>
    /// <param name="grace">How long they may take after they were asked.</param>
    /// <returns>How many processes had to be killed, and those that survived even that.</returns>
    Task<PodsEnded> EndAsync(string payload, TimeSpan grace);
}
