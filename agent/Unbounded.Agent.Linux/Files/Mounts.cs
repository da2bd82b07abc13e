using System.Runtime.InteropServices;

namespace Unbounded.Agent.Linux.Files;

/// <summary>Takes away mounts that somebody left. What is to stay is mounted by systemd, never by the agent.</summary>
public static partial class Mounts
{
    private const int LazyDetach = 2;
    private const int NoFollow = 8;

    /// <summary>Detaches what is mounted at a path (umount2(2), MNT_DETACH). That nothing is mounted there is no error.</summary>
    /// <param name="path">The mount point; a symbolic link is not followed.</param>
    /// <returns>Whether something was detached.</returns>
    public static bool Detach(string path) => Unmount(path, LazyDetach | NoFollow) == 0;

    [LibraryImport("libc", EntryPoint = "umount2", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Unmount(string path, int flags);
}
