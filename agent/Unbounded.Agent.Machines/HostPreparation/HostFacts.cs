namespace Unbounded.Agent.Machines.HostPreparation;

/// <summary>What is known of a host before it is changed.</summary>
/// <param name="Ancestor">
/// The ancestor's agent (Azure/unbounded) had set it up: what it left is the node's, not the owner's, and goes when the node goes.
/// </param>
/// <param name="Recorded">The journal tells of an installation, finished or not.</param>
public sealed record HostFacts(bool Ancestor, bool Recorded)
{
    /// <summary>Whether an agent has set the host up: then machines of the slots' names are its own.</summary>
    public bool IsSetUp => Ancestor || Recorded;
}
