using Unbounded.Agent.Linux.Cgroups;
using Unbounded.Agent.Linux.Processes;

namespace Unbounded.Agent.Machines.Nodes;

/// <summary>Processes of units, by their cgroups: neither the unit nor the machine's systemd has to answer.</summary>
internal sealed class UnitProcesses(TimeProvider time) : IUnitProcesses
{
    private const int SigKill = 9;
    private const int KillAttempts = 3;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public Task<IReadOnlyList<int>> KillAsync(string payload, string unit) => Task.Run(() => Kill(payload, unit));

    /// <summary>Processes of a unit, wherever in the machine its slice is.</summary>
    /// <param name="payload">Directory of the machine's payload cgroup.</param>
    /// <param name="unit">The unit.</param>
    public static IReadOnlyList<int> Find(string payload, string unit) => [.. Cgroups(payload, unit).SelectMany(CgroupTree.Processes)];

    private static IEnumerable<string> Cgroups(string payload, string unit) =>
        CgroupTree.Subtree(payload).Where(c => string.Equals(Path.GetFileName(c), unit, StringComparison.Ordinal));

    private IReadOnlyList<int> Kill(string payload, string unit)
    {
        for (var attempt = 0; attempt < KillAttempts; attempt++)
        {
            var cgroups = Cgroups(payload, unit).ToList();
            var alive = PidFd.OpenAll(cgroups.SelectMany(CgroupTree.Processes));
            if (alive.Count == 0)
            {
                return [];
            }

            cgroups.ForEach(c => CgroupTree.TryKill(c));
            foreach (var process in alive)
            {
                process.Signal(SigKill);
            }

            PidFd.WaitAll(alive, Patience, time);
            foreach (var process in alive)
            {
                process.Dispose();
            }
        }

        return Find(payload, unit);
    }
}
