using System.Runtime.InteropServices;

namespace Unbounded.Agent.Linux.Kernel;

/// <summary>fcntl(2) and flock(2): leases and locks.</summary>
internal static unsafe partial class Libc
{
    [LibraryImport(Library, EntryPoint = "fcntl", SetLastError = true)]
    internal static partial int FCntl(SafeHandle file, int command, nint argument);

    [LibraryImport(Library, EntryPoint = "flock", SetLastError = true)]
    internal static partial int FLock(SafeHandle file, int operation);
}
