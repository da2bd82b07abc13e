using Unbounded.Agent.Linux.Kernel;

namespace Unbounded.Agent.Images.Unpacking;

/// <summary>Decides which device nodes an image may bring.</summary>
internal static class DeviceRules
{
    /// <summary>Admin-guide/devices.txt of the kernel: memory 1, tty 5.</summary>
    private static readonly (uint Major, uint Minor)[] Standard =
        [(1, 3), (1, 5), (1, 7), (1, 8), (1, 9), (5, 0), (5, 1), (5, 2)];

    internal static bool Allows(DevicePolicy policy, FileKind kind, uint major, uint minor) => policy switch
    {
        DevicePolicy.All => true,
        DevicePolicy.Standard => kind == FileKind.CharacterDevice && Array.IndexOf(Standard, (major, minor)) >= 0,
        _ => false,
    };
}
