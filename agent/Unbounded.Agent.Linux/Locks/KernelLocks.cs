using System.Globalization;
using Unbounded.Agent.Linux.Kernel;

namespace Unbounded.Agent.Linux.Locks;

/// <summary>The kernel's list of file locks, proc_locks(5).</summary>
internal static class KernelLocks
{
    private const string List = "/proc/locks";

    /// <summary>Whether somebody holds a flock(2) on a file.</summary>
    public static bool IsLocked(FileStatus file) => File.ReadLines(List).Any(line => Is(line, file));

    // 1: FLOCK  ADVISORY  WRITE 707 00:18:1043 0 EOF   (device numbers in hexadecimal; a line with -> waits)
    internal static bool Is(string line, FileStatus file)
    {
        var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length < 8 || fields[1] != "FLOCK")
            return false;
        var place = fields[5].Split(':');
        return place.Length == 3
            && uint.TryParse(place[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var major) && major == file.Device.Major
            && uint.TryParse(place[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var minor) && minor == file.Device.Minor
            && ulong.TryParse(place[2], NumberStyles.None, CultureInfo.InvariantCulture, out var inode) && inode == file.Inode;
    }
}
