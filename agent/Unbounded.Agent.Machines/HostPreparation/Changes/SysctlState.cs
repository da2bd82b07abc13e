namespace Unbounded.Agent.Machines.HostPreparation.Changes;

/// <summary>Kernel parameters as they were.</summary>
/// <param name="Before">Value of each parameter that is set, null where the kernel had none.</param>
/// <param name="SideEffects">Value of each parameter that the kernel changes along with them.</param>
internal sealed record SysctlState(IReadOnlyDictionary<string, string?> Before, IReadOnlyDictionary<string, string> SideEffects);
