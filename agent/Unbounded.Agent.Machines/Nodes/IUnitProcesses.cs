namespace Unbounded.Agent.Machines.Nodes;

/// <summary>The processes of a unit inside a machine, as its host sees them.</summary>
internal interface IUnitProcesses
{
    /// <summary>Kills what is left of a unit, wherever in the machine its slice is.</summary>
    /// <param name="payload">Directory of the machine's payload cgroup.</param>
    /// <param name="unit">The unit.</param>
    /// <returns>Processes that survive it.</returns>
    Task<IReadOnlyList<int>> KillAsync(string payload, string unit);
}
