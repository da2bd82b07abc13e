using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Unbounded.Agent.Linux.Tests.Support;

/// <summary>The open files of this process, as the kernel lists them.</summary>
internal static partial class Descriptors
{
    /// <summary>Duplicates a descriptor that is open on a path, as a fork does: both are the same open file.</summary>
    public static SafeFileHandle CopyOf(string path)
    {
        var open = Directory.GetFileSystemEntries("/proc/self/fd").First(link => TargetOf(link) == path);
        var copy = Duplicate(int.Parse(Path.GetFileName(open), CultureInfo.InvariantCulture));
        Assert.True(copy >= 0);
        return new SafeFileHandle(copy, ownsHandle: true);
    }

    // Others are closed meanwhile.
    private static string? TargetOf(string link)
    {
        try
        {
            return new FileInfo(link).LinkTarget;
        }
        catch (IOException)
        {
            return null;
        }
    }

    [LibraryImport("libc", EntryPoint = "dup", SetLastError = true)]
    private static partial int Duplicate(int descriptor);
}
