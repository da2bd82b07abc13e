using System.Runtime.InteropServices;

namespace Unbounded.Agent.Linux.Kernel;

internal static unsafe partial class Libc
{
    /// <summary>AT_SYMLINK_NOFOLLOW.</summary>
    internal const int SymlinkNoFollow = 0x100;

    /// <summary>AT_REMOVEDIR.</summary>
    internal const int RemoveDirectory = 0x200;

    /// <summary>openat2(2), the same number on every architecture; glibc of Debian 12 has no wrapper.</summary>
    internal const long OpenAt2Number = 437;

    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true)]
    internal static partial long OpenAt2(long number, SafeHandle directory, byte* path, OpenHow* how, nuint size);

    [LibraryImport(Library, EntryPoint = "openat", SetLastError = true)]
    internal static partial int OpenAt(SafeHandle directory, byte* path, int flags, uint mode);

    [LibraryImport(Library, EntryPoint = "mkdirat", SetLastError = true)]
    internal static partial int MkDirAt(SafeHandle directory, byte* path, uint mode);

    [LibraryImport(Library, EntryPoint = "symlinkat", SetLastError = true)]
    internal static partial int SymLinkAt(byte* target, SafeHandle directory, byte* path);

    [LibraryImport(Library, EntryPoint = "linkat", SetLastError = true)]
    internal static partial int LinkAt(SafeHandle fromDirectory, byte* from, SafeHandle toDirectory, byte* to, int flags);

    [LibraryImport(Library, EntryPoint = "unlinkat", SetLastError = true)]
    internal static partial int UnlinkAt(SafeHandle directory, byte* path, int flags);

    [LibraryImport(Library, EntryPoint = "renameat", SetLastError = true)]
    internal static partial int RenameAt(SafeHandle fromDirectory, byte* from, SafeHandle toDirectory, byte* to);

    [LibraryImport(Library, EntryPoint = "mknodat", SetLastError = true)]
    internal static partial int MkNodAt(SafeHandle directory, byte* path, uint mode, ulong device);

    [LibraryImport(Library, EntryPoint = "fchownat", SetLastError = true)]
    internal static partial int FChOwnAt(SafeHandle directory, byte* path, uint uid, uint gid, int flags);

    [LibraryImport(Library, EntryPoint = "fchmodat", SetLastError = true)]
    internal static partial int FChModAt(SafeHandle directory, byte* path, uint mode, int flags);

    [LibraryImport(Library, EntryPoint = "utimensat", SetLastError = true)]
    internal static partial int UTimeNsAt(SafeHandle directory, byte* path, TimeSpec* times, int flags);

    [LibraryImport(Library, EntryPoint = "readlinkat", SetLastError = true)]
    internal static partial nint ReadLinkAt(SafeHandle directory, byte* path, byte* buffer, nuint size);

    [LibraryImport(Library, EntryPoint = "getdents64", SetLastError = true)]
    internal static partial nint GetDents64(SafeHandle directory, byte* buffer, nuint size);

    /// <summary>struct open_how, openat2(2).</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct OpenHow
    {
        public ulong Flags;
        public ulong Mode;
        public ulong Resolve;
    }

    /// <summary>struct timespec on 64-bit architectures.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
