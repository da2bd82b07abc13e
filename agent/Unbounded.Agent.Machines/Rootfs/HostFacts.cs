using System.Globalization;
using Unbounded.Agent.Linux.Files;

namespace Unbounded.Agent.Machines.Rootfs;

/// <summary>What the host contributes to a machine's settings.</summary>
/// <param name="ResolvConf">Content of the resolv.conf that names real servers.</param>
/// <param name="RestrictOomScoreAdj">Whether the host may not lower an OOM score.</param>
internal sealed record HostFacts(string ResolvConf, bool RestrictOomScoreAdj)
{
    private const int CapSysResource = 24;
    private const int Limit = 64 * 1024;

    /// <summary>Reads the host.</summary>
    /// <param name="root">Prefix of every path, empty for the real host.</param>
    public static HostFacts Read(string root)
    {
        // resolved's stub address answers only on the host; its second file has the servers behind it.
        var resolved = BoundedFile.TryRead($"{root}/run/systemd/resolve/resolv.conf", Limit);
        var plain = resolved ?? TryReadFollowing($"{root}/etc/resolv.conf");
        return new HostFacts(
            plain is null ? "# The host had no resolv.conf.\n" : System.Text.Encoding.UTF8.GetString(plain),
            !HasCapability($"{root}/proc/1/status", CapSysResource));
    }

    internal static bool HasCapability(string statusFile, int capability)
    {
        var bounding = (File.Exists(statusFile) ? File.ReadLines(statusFile) : []).FirstOrDefault(l => l.StartsWith("CapBnd:", StringComparison.Ordinal));
        return bounding is null
            || (ulong.Parse(bounding.AsSpan(7).Trim(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture) >> capability & 1) != 0;
    }

    private static byte[]? TryReadFollowing(string path)
    {
        var target = File.Exists(path) ? File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path : null;
        return target is null ? null : BoundedFile.TryRead(target, Limit);
    }
}
