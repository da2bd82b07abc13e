using Unbounded.Agent.Images.Archives;

namespace Unbounded.Agent.Images.Unpacking;

/// <summary>Decides which device nodes an image may bring.</summary>
internal static class DeviceRules
{
    /// <summary>Admin-guide/devices.txt of the kernel: memory 1, tty 5.</summary>
    private static readonly (uint Major, uint Minor)[] Standard =
        [(1, 3), (1, 5), (1, 7), (1, 8), (1, 9), (5, 0), (5, 1), (5, 2)];

    internal static bool Allows(DevicePolicy policy, TarEntry entry) => policy switch
    {
        DevicePolicy.All => true,
        DevicePolicy.Standard => entry.Type == TarEntryType.CharacterDevice && Array.IndexOf(Standard, (entry.DeviceMajor, entry.DeviceMinor)) >= 0,
        _ => false,
    };
}
