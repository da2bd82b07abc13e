using System.Runtime.InteropServices;

namespace Unbounded.Agent.Linux.Modules;

/// <summary>delete_module(2). Loading needs the module's dependencies and is systemd's work.</summary>
public static partial class ModuleCalls
{
    private const int NonBlocking = 0x800;

    // Numbers differ by architecture: asm/unistd.h.
    private static long Number => RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 106 : 176;

    /// <summary>Unloads a module that nothing uses.</summary>
    /// <returns>Whether it is unloaded; false when it is in use, built in, or not to be touched from here (a container).</returns>
    public static bool TryUnload(string name) => SysCall(Number, name, NonBlocking) == 0;

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial long SysCall(long number, string name, int flags);
}
