using Unbounded.Agent.Linux.Cgroups;
using Unbounded.Agent.Linux.Processes;

namespace Unbounded.Agent.Machines.Handover;

/// <summary>
/// Ends the pods of a machine (law 10): asks them, waits as long as the grace allows, kills what is left. Works on cgroups, so
/// that it needs neither kubelet nor containerd to answer.
/// </summary>
internal sealed class PodProcesses(TimeProvider time)
{
    private const int SigTerm = 15;
    private const int SigKill = 9;

    // Killed processes end at once unless they are stuck in the kernel (a dead NFS server); those can't run either.
    private static readonly TimeSpan KillWait = TimeSpan.FromSeconds(5);

    /// <summary>Ends all pods.</summary>
    /// <param name="payload">Directory of the machine's payload cgroup.</param>
    /// <param name="grace">How long they may take after they were asked.</param>
    /// <returns>How many processes had to be killed, and those that survived even that.</returns>
    public PodsEnded End(string payload, TimeSpan grace)
    {
        var cgroups = PodCgroups.Find(payload);
        Ask(cgroups);
        var deadline = time.GetTimestamp();
        while (WaitForSome(cgroups, grace - time.GetElapsedTime(deadline)))
        {
        }

        var killed = Kill(cgroups);
        return new PodsEnded(killed, [.. cgroups.SelectMany(CgroupTree.Processes)]);
    }

    private static void Ask(IReadOnlyList<string> cgroups)
    {
        foreach (var pid in cgroups.SelectMany(Askable))
        {
            using var process = PidFd.TryOpen(pid);
            process?.Signal(SigTerm);
        }
    }

    // As a container runtime does: the container's first process. A pod that shares the machine's PID namespace has none
    // that can be told apart, so all of its processes are asked.
    private static IEnumerable<int> Askable(string cgroup)
    {
        var pids = CgroupTree.Processes(cgroup);
        var inits = pids.Where(p => ProcessStatus.TryRead(p) is { IsNamespaceInit: true }).ToHashSet();
        return inits.Count > 0 ? inits : pids;
    }

    // True while there is something left to wait for, and time to do so.
    private bool WaitForSome(IReadOnlyList<string> cgroups, TimeSpan left)
    {
        var alive = Open(cgroups);
        try
        {
            return alive.Count > 0 && left > TimeSpan.Zero && PidFd.WaitAll(alive, left, time);
        }
        finally
        {
            alive.ForEach(p => p.Dispose());
        }
    }

    private int Kill(IReadOnlyList<string> cgroups)
    {
        var killed = 0;
        var start = time.GetTimestamp();
        while (true)
        {
            var alive = Open(cgroups);
            try
            {
                if (alive.Count == 0 || time.GetElapsedTime(start) > KillWait)
                {
                    return killed;
                }

                killed = Math.Max(killed, alive.Count);
                foreach (var cgroup in cgroups)
                {
                    CgroupTree.TryKill(cgroup);
                }

                alive.ForEach(p => p.Signal(SigKill));
                PidFd.WaitAll(alive, KillWait, time);
            }
            finally
            {
                alive.ForEach(p => p.Dispose());
            }
        }
    }

    private static List<PidFd> Open(IReadOnlyList<string> cgroups) =>
        [.. cgroups.SelectMany(CgroupTree.Processes).Select(PidFd.TryOpen).OfType<PidFd>()];
}

/// <summary>How the pods ended.</summary>
/// <param name="Killed">Processes that did not end within the grace.</param>
/// <param name="Survivors">Processes that a kill did not end.</param>
internal sealed record PodsEnded(int Killed, IReadOnlyList<int> Survivors);
