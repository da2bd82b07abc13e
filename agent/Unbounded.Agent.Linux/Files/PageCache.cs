using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Unbounded.Agent.Linux.Files;

/// <summary>Brings files into memory before they are needed.</summary>
public static partial class PageCache
{
    private const int WillNeed = 3;

    /// <summary>Asks the kernel to read a file ahead (posix_fadvise(2)). Only an advice: a file that is not there, or is no file, is no error.</summary>
    /// <param name="path">The file.</param>
    public static void Warm(string path)
    {
        try
        {
            using var file = File.OpenHandle(path);
            _ = Advise(file, 0, 0, WillNeed);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is read when it is needed, then.
        }
    }

    [LibraryImport("libc", EntryPoint = "posix_fadvise", SetLastError = true)]
    private static partial int Advise(SafeFileHandle file, long offset, long length, int advice);
}
