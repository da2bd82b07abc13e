namespace Unbounded.Agent.Machines.HostPreparation.Changes;

/// <summary>How a unit was before.</summary>
/// <param name="WasEnabled">Whether the host started it by itself.</param>
/// <param name="WasActive">Whether it ran.</param>
/// <param name="StartedWith">Digest over the files that it was last started with by the agent, null: never.</param>
internal sealed record UnitState(bool WasEnabled, bool WasActive, string? StartedWith = null);
