using System.Runtime.InteropServices;

namespace Unbounded.Agent.Linux.Kernel;

/// <summary>The C library's calls on open files. Raw: a negative result means errno in the last P/Invoke error.</summary>
internal static unsafe partial class Libc
{
    private const string Library = "libc";

    [LibraryImport(Library, EntryPoint = "fsync", SetLastError = true)]
    internal static partial int FSync(SafeHandle file);

    [LibraryImport(Library, EntryPoint = "syncfs", SetLastError = true)]
    internal static partial int SyncFs(SafeHandle file);

    [LibraryImport(Library, EntryPoint = "write", SetLastError = true)]
    internal static partial nint Write(SafeHandle file, byte* data, nuint length);

    [LibraryImport(Library, EntryPoint = "read", SetLastError = true)]
    internal static partial nint Read(SafeHandle file, byte* data, nuint length);

    [LibraryImport(Library, EntryPoint = "pwrite", SetLastError = true)]
    internal static partial nint PWrite(SafeHandle file, byte* data, nuint length, long offset);

    [LibraryImport(Library, EntryPoint = "pread", SetLastError = true)]
    internal static partial nint PRead(SafeHandle file, byte* data, nuint length, long offset);

    [LibraryImport(Library, EntryPoint = "ftruncate", SetLastError = true)]
    internal static partial int FTruncate(SafeHandle file, long length);

    [LibraryImport(Library, EntryPoint = "lseek", SetLastError = true)]
    internal static partial long LSeek(SafeHandle file, long offset, int whence);

    [LibraryImport(Library, EntryPoint = "futimens", SetLastError = true)]
    internal static partial int FUTimeNs(SafeHandle file, TimeSpec* times);

    [LibraryImport(Library, EntryPoint = "ioctl", SetLastError = true)]
    internal static partial int IoCtl(SafeHandle file, ulong request, nint argument);

    [LibraryImport(Library, EntryPoint = "fallocate", SetLastError = true)]
    internal static partial int FAllocate(SafeHandle file, int mode, long offset, long length);

    [LibraryImport(Library, EntryPoint = "fchmod", SetLastError = true)]
    internal static partial int FChMod(SafeHandle file, uint mode);

    [LibraryImport(Library, EntryPoint = "fchown", SetLastError = true)]
    internal static partial int FChOwn(SafeHandle file, uint uid, uint gid);

    [LibraryImport(Library, EntryPoint = "fcntl", SetLastError = true)]
    internal static partial int FCntl(SafeHandle file, int command, RecordLock* argument);

    [LibraryImport(Library, EntryPoint = "fstatvfs", SetLastError = true)]
    internal static partial int FStatVfs(SafeHandle file, StatVfs* result);

    /// <summary>struct statvfs of glibc on 64-bit architectures, bits/statvfs.h.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct StatVfs
    {
        public ulong BlockSize;
        public ulong FragmentSize;
        public ulong Blocks;
        public ulong BlocksFree;
        public ulong BlocksAvailable;
        public ulong Files;
        public ulong FilesFree;
        public ulong FilesAvailable;
        public ulong FileSystemId;
        public ulong Flags;
        public ulong NameMax;
        public fixed int Spare[8];
    }

    /// <summary>struct flock on 64-bit architectures, fcntl(2).</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct RecordLock
    {
        public short Type;
        public short Whence;
        public long Start;
        public long Length;
        public int ProcessId;
    }
}
