using Unbounded.Agent.Linux.Cgroups;

namespace Unbounded.Agent.Machines.Handover;

/// <summary>Finds the cgroups of a machine's pods, whichever cgroup driver made them.</summary>
internal static class PodCgroups
{
    /// <summary>
    /// The top of every subtree that holds pods: <c>kubepods</c> and <c>kubepods.slice</c> (kubelet, QoS tree on), <c>k8s.io</c> (containerd, no
    /// parent given), <c>pod…</c> (QoS tree off, cgroupfs) and scopes of containers in other slices.
    /// </summary>
    /// <param name="payload">Directory of the machine's payload cgroup.</param>
    public static IReadOnlyList<string> Find(string payload)
    {
        var found = new List<string>();
        foreach (var child in CgroupTree.Children(payload))
        {
            var name = Path.GetFileName(child);
            if (IsPod(name) || IsContainerScope(name))
            {
                found.Add(child);
            }
            else if (name.EndsWith(".slice", StringComparison.Ordinal))
            {
                found.AddRange(CgroupTree.Children(child).Where(c => IsPod(Path.GetFileName(c)) || IsContainerScope(Path.GetFileName(c))));
            }
        }

        return found;
    }

    private static bool IsPod(string name) =>
        name is "kubepods" or "kubepods.slice" or "k8s.io"
        || name.StartsWith("kubepods-", StringComparison.Ordinal)
        || name.StartsWith("pod", StringComparison.Ordinal) && name.Length >= 3 + 36 && Guid.TryParse(name.AsSpan(3, 36), out _);

    private static bool IsContainerScope(string name) =>
        name.StartsWith("cri-containerd-", StringComparison.Ordinal) && name.EndsWith(".scope", StringComparison.Ordinal);
}
