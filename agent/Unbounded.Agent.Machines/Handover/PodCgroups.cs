using Unbounded.Agent.Linux.Cgroups;

namespace Unbounded.Agent.Machines.Handover;

/// <summary>Finds the cgroups of a machine's pods, whichever cgroup driver, parent and QoS setting made them.</summary>
internal static class PodCgroups
{
    private const int ContainerIdLength = 64;
    private const int UidLength = 36;
    private const int StaticPodUidLength = 32;

    /// <summary>
    /// The top of every subtree that holds pods, at any depth: <c>kubepods</c> and <c>kubepods.slice</c>, also below a <c>cgroupRoot</c>
    /// (<c>x-kubepods.slice</c>); <c>pod…</c> and bare container IDs (QoS tree off); <c>k8s.io</c> (containerd, no parent given); scopes of containers.
    /// </summary>
    /// <param name="payload">Directory of the machine's payload cgroup.</param>
    public static IReadOnlyList<string> Find(string payload)
    {
        var found = new List<string>();
        Find(payload, found);
        return found;
    }

    private static void Find(string directory, List<string> found)
    {
        foreach (var child in CgroupTree.Children(directory))
        {
            if (HoldsPods(Path.GetFileName(child)))
            {
                found.Add(child);
            }
            else
            {
                Find(child, found);
            }
        }
    }

    private static bool HoldsPods(string name) =>
        name is "kubepods" or "kubepods.slice" or "k8s.io"
        || name.StartsWith("kubepods-", StringComparison.Ordinal)
        || name.EndsWith("-kubepods.slice", StringComparison.Ordinal)
        || IsPod(name)
        || IsContainer(name);

    // A static pod's UID is a hash without dashes.
    private static bool IsPod(string name) =>
        name.StartsWith("pod", StringComparison.Ordinal)
        && (name.Length == 3 + UidLength || name.Length == 3 + StaticPodUidLength)
        && Guid.TryParse(name.AsSpan(3), out _);

    private static bool IsContainer(string name) =>
        (name.StartsWith("cri-containerd-", StringComparison.Ordinal) && name.EndsWith(".scope", StringComparison.Ordinal))
        || (name.Length == ContainerIdLength && name.All(char.IsAsciiHexDigitLower));
}
