using System.Runtime.InteropServices;

namespace Unbounded.Agent.Linux.Kernel;

/// <summary>Flags of open(2) and openat2(2). Some differ by architecture (asm/fcntl.h).</summary>
public static class OpenFlags
{
#pragma warning disable CS1591 // the names are the documentation: open(2)
    public const int ReadOnly = 0;
    public const int WriteOnly = 1;
    public const int ReadWrite = 2;
    public const int Create = 0x40;
    public const int Exclusive = 0x80;
    public const int Truncate = 0x200;
    public const int NonBlock = 0x800;
    public const int CloseOnExec = 0x80000;
    public const int Path = 0x200000;
#pragma warning restore CS1591

    private static readonly bool Arm = RuntimeInformation.ProcessArchitecture == Architecture.Arm64;

    /// <summary>O_DIRECTORY: fail when it is not a directory.</summary>
    public static readonly int Directory = Arm ? 0x4000 : 0x10000;

    /// <summary>O_NOFOLLOW: fail when the last component is a symbolic link.</summary>
    public static readonly int NoFollow = Arm ? 0x8000 : 0x20000;

    /// <summary>O_DIRECT: past the page cache.</summary>
    public static readonly int Direct = Arm ? 0x10000 : 0x4000;
}
