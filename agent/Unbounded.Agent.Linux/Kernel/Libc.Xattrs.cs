using System.Runtime.InteropServices;

namespace Unbounded.Agent.Linux.Kernel;

internal static unsafe partial class Libc
{
    [LibraryImport(Library, EntryPoint = "fsetxattr", SetLastError = true)]
    internal static partial int FSetXattr(SafeHandle file, byte* name, byte* value, nuint size, int flags);

    [LibraryImport(Library, EntryPoint = "lsetxattr", SetLastError = true)]
    internal static partial int LSetXattr(byte* path, byte* name, byte* value, nuint size, int flags);

    [LibraryImport(Library, EntryPoint = "lgetxattr", SetLastError = true)]
    internal static partial nint LGetXattr(byte* path, byte* name, byte* value, nuint size);

    [LibraryImport(Library, EntryPoint = "llistxattr", SetLastError = true)]
    internal static partial nint LListXattr(byte* path, byte* list, nuint size);

    [LibraryImport(Library, EntryPoint = "fremovexattr", SetLastError = true)]
    internal static partial int FRemoveXattr(SafeHandle file, byte* name);
}
