namespace Unbounded.Agent.Machines.HostPreparation.Changes;

/// <summary>Packages that installing brought.</summary>
/// <param name="Planned">All that were to be new on the host, dependencies included: none of them was installed before.</param>
internal sealed record PackagesState(IReadOnlyList<string> Planned);
