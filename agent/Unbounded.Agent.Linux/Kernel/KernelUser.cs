using System.Runtime.InteropServices;

namespace Unbounded.Agent.Linux.Kernel;

/// <summary>Whom the kernel takes this process for.</summary>
public static partial class KernelUser
{
    /// <summary>The effective user ID; 0 is root.</summary>
    public static uint Effective => GetEUid();

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint GetEUid();
}
