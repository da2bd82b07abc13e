using System.Runtime.InteropServices;

namespace Unbounded.Agent.Linux.Files;

/// <summary>Whether an overlay can be laid somewhere.</summary>
public static partial class OverlaySupport
{
    // f_type of statfs(2).
    private const long OverlayFs = 0x794c7630;
    private const long Nfs = 0x6969;
    private const long Fuse = 0x65735546;
    private const long Vfat = 0x4d44;

    /// <summary>Whether a directory may hold an overlay's upper side: not on an overlay itself, nor on a file system without the xattrs that it needs.</summary>
    public static bool IsAvailable(string directory) =>
        Array.Exists(File.ReadAllLines("/proc/filesystems"), l => l.EndsWith("\toverlay", StringComparison.Ordinal))
        && TypeOf(directory) is not (OverlayFs or Nfs or Fuse or Vfat or null);

    private static unsafe long? TypeOf(string directory)
    {
        // struct statfs on 64-bit architectures: f_type first, 120 bytes in all.
        var buffer = stackalloc long[32];
        return StatFs(directory, buffer) == 0 ? buffer[0] : null;
    }

    [LibraryImport("libc", EntryPoint = "statfs", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static unsafe partial int StatFs(string path, long* buffer);
}
