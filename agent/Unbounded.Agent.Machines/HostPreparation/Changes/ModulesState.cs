namespace Unbounded.Agent.Machines.HostPreparation.Changes;

/// <summary>Kernel modules before.</summary>
/// <param name="Absent">Those that the kernel did not have.</param>
internal sealed record ModulesState(IReadOnlyList<string> Absent);
