using Unbounded.Agent.Linux.Cgroups;
using Unbounded.Agent.Linux.Processes;

namespace Unbounded.Agent.Machines.Handover;

/// <summary>
/// Ends the pods of a machine (law 10): asks them, waits as long as the grace allows, kills what is left. Works on cgroups, so
/// that it needs neither kubelet nor containerd to answer. They are asked by SIGTERM, as Kubernetes does where an image names no other signal.
/// </summary>
internal sealed class PodProcesses(TimeProvider time) : IPodProcesses
{
    private const int SigTerm = 15;
    private const int SigKill = 9;

    // Killed processes end at once unless they are stuck in the kernel (a dead NFS server); those can't run either.
    private static readonly TimeSpan KillWait = TimeSpan.FromSeconds(5);

    public bool Any(string payload) => PodProcess.Read(PodCgroups.Find(payload)).Count > 0;

    public Task<PodsEnded> EndAsync(string payload, TimeSpan grace) => Task.Run(() => End(payload, grace));

    /// <summary>Ends all pods.</summary>
    /// <param name="payload">Directory of the machine's payload cgroup.</param>
    /// <param name="grace">How long they may take after they were asked.</param>
    /// <returns>How many processes had to be killed, and those that survived even that.</returns>
    public PodsEnded End(string payload, TimeSpan grace)
    {
        var start = time.GetTimestamp();
        var asked = new HashSet<int>();
        while (WaitForSome(payload, asked, grace - time.GetElapsedTime(start)))
        {
        }

        return Kill(payload);
    }

    // True while there is something left to wait for, and time to do so. Each look finds what has come since: a container that was just being
    // started, a fork.
    private bool WaitForSome(string payload, HashSet<int> asked, TimeSpan left)
    {
        if (left <= TimeSpan.Zero)
        {
            return false;
        }

        var waitedFor = PodProcess.Read(PodCgroups.Find(payload)).Where(p => !p.IsSandbox).ToList();
        var alive = PidFd.OpenAll(waitedFor.Select(p => p.Pid));
        try
        {
            var first = waitedFor.Where(p => p.IsFirst).Select(p => p.Pid).ToHashSet();
            foreach (var process in alive.Where(p => first.Contains(p.Pid) && asked.Add(p.Pid)))
            {
                process.Signal(SigTerm);
            }

            return alive.Count > 0 && PidFd.WaitAll(alive, left, time);
        }
        finally
        {
            DisposeAll(alive);
        }
    }

    private PodsEnded Kill(string payload)
    {
        var killed = 0;
        var start = time.GetTimestamp();
        while (true)
        {
            var cgroups = PodCgroups.Find(payload);
            var processes = PodProcess.Read(cgroups);
            if (processes.Count == 0 || time.GetElapsedTime(start) > KillWait)
            {
                return new PodsEnded(killed, [.. processes.Select(p => p.Pid)]);
            }

            killed = Math.Max(killed, processes.Count(p => !p.IsSandbox));
            var alive = PidFd.OpenAll(processes.Select(p => p.Pid));
            try
            {
                // The kernel reaches forks too; where it can't, the next look does.
                if (!KillByCgroup(cgroups))
                {
                    SignalAll(alive);
                }

                PidFd.WaitAll(alive, KillWait, time);
            }
            finally
            {
                DisposeAll(alive);
            }
        }
    }

    private static bool KillByCgroup(IReadOnlyList<string> cgroups)
    {
        var all = true;
        foreach (var cgroup in cgroups)
        {
            all &= CgroupTree.TryKill(cgroup);
        }

        return all;
    }

    private static void SignalAll(IReadOnlyList<PidFd> processes)
    {
        foreach (var process in processes)
        {
            process.Signal(SigKill);
        }
    }

    private static void DisposeAll(IReadOnlyList<PidFd> processes)
    {
        foreach (var process in processes)
        {
            process.Dispose();
        }
    }
}
