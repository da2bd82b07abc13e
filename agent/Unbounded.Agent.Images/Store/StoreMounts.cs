using System.Text;
using Unbounded.Agent.Linux.Files;

namespace Unbounded.Agent.Images.Store;

/// <summary>Sees whether something is mounted from an image: an overlay over it, or a bind of it.</summary>
internal static class StoreMounts
{
    private const int LargestTable = 64 << 20;
    private const int MountPointField = 4;

    /// <summary>Where an image is mounted; null when it is not.</summary>
    internal static string? UserOf(string directory)
    {
        // proc_pid_mountinfo(5): the root of a bind is field 4, an overlay's layers are among its options; both hold the digest.
        var name = Path.GetFileName(directory) + "/";
        var table = Encoding.UTF8.GetString(BoundedFile.Read("/proc/self/mountinfo", LargestTable));
        foreach (var line in table.Split('\n'))
        {
            if (line.Contains(name, StringComparison.Ordinal))
                return line.Split(' ').ElementAtOrDefault(MountPointField) ?? "an unknown place";
        }

        return null;
    }
}
