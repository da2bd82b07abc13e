using System.Globalization;

namespace Unbounded.Agent.Machines.NodeSoftware;

/// <summary>Compares Kubernetes versions as far as the kubelet's options depend on them.</summary>
public static class KubernetesVersion
{
    /// <summary>Whether a version is at least <paramref name="major"/>.<paramref name="minor"/>. A version that can't be read counts as newer.</summary>
    /// <param name="version">With or without <c>v</c>.</param>
    /// <param name="major">Major version.</param>
    /// <param name="minor">Minor version.</param>
    public static bool AtLeast(string version, int major, int minor)
    {
        var parts = Normalize(version).Split('.');
        if (parts.Length < 2
            || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var a)
            || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var b))
        {
            return true;
        }

        return a > major || (a == major && b >= minor);
    }

    /// <summary>A version without its leading <c>v</c>.</summary>
    public static string Normalize(string version) => version.StartsWith('v') ? version[1..] : version;
}
