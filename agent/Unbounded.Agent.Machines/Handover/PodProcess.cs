using Unbounded.Agent.Linux.Cgroups;
using Unbounded.Agent.Linux.Processes;

namespace Unbounded.Agent.Machines.Handover;

/// <summary>A process of a pod, as it was at one instant.</summary>
/// <param name="Pid">Its number, as the agent sees it.</param>
/// <param name="IsFirst">Whether nobody in a pod started it: a container's main process, which a container runtime would ask to end.</param>
/// <param name="IsSandbox">
/// Whether it only holds a pod's namespaces. It is not asked: where a pod shares one PID namespace, its end is a kill for every other process in it.
/// </param>
internal sealed record PodProcess(int Pid, bool IsFirst, bool IsSandbox)
{
    // The one program of every sandbox image. A container that takes the name only does without its own grace.
    private const string SandboxName = "pause";

    /// <summary>All processes in some cgroups and below them.</summary>
    public static IReadOnlyList<PodProcess> Read(IEnumerable<string> cgroups)
    {
        var all = cgroups.SelectMany(CgroupTree.Processes).Select(ProcessStatus.TryRead).OfType<ProcessStatus>().ToList();
        var pids = all.Select(p => p.Pid).ToHashSet();
        return [.. all.Select(p => new PodProcess(
            p.Pid,
            p.IsNamespaceInit || !pids.Contains(p.Parent),
            p.IsNamespaceInit && string.Equals(p.Name, SandboxName, StringComparison.Ordinal)))];
    }
}
