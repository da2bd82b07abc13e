using Unbounded.Agent.Core.Configuration;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Machines.Gpu;
using Unbounded.Agent.Machines.Layout;

namespace Unbounded.Agent.Machines.Settings;

/// <summary>Collects what a machine shall see of its host.</summary>
internal static class HostBinds
{
    private static readonly string[] DevicePatterns =
        ["/dev/kvm", "/dev/nvidia*", "/dev/nvidia-caps/*", "/dev/dri/*", "/dev/kfd", "/dev/infiniband/*"];

    /// <summary>
    /// Everything to bind: the agent's own directories (never left out), the host's kernel modules, the devices found now, and
    /// what the configuration adds. Whether an optional source exists is asked again before every start.
    /// </summary>
    /// <param name="slot">The machine.</param>
    /// <param name="config">The node's configuration.</param>
    /// <param name="paths">Where things are on the host.</param>
    /// <param name="driver">The GPU's driver; null for none.</param>
    public static IReadOnlyList<HostBind> For(SlotName slot, AgentConfig config, MachinePaths paths, NvidiaDriver? driver = null)
    {
        List<HostBind> binds =
        [
            new(paths.MarkerDirectory(slot), InMachine.MarkerDirectory, ReadOnly: true, Optional: false),
            new(paths.SharedContainerd, InMachine.ContainerdRoot, Optional: false),
            new(paths.SharedPods, InMachine.KubeletPods, Optional: false),
            new(paths.Identity(slot), InMachine.KubeletPki, Optional: false),
            new("/lib/modules", "/lib/modules", ReadOnly: true),
        ];
        var devices = DevicePatterns.SelectMany(p => Expand(paths.Root, p))
            .Concat(config.AdditionalHostDevices)
            .Distinct(StringComparer.Ordinal);
        binds.AddRange(devices.Select(d => new HostBind(d, d, IsDevice: true)));
        binds.AddRange((driver?.Directories ?? []).Select((d, i) => new HostBind(d, NvidiaDriver.Target(i), ReadOnly: true)));
        binds.AddRange(config.AdditionalHostMounts.Select(m => new HostBind(m.Source, m.Target, m.ReadOnly)));
        return binds;
    }

    private static IEnumerable<string> Expand(string root, string pattern)
    {
        var directory = root + Path.GetDirectoryName(pattern);
        if (!Directory.Exists(directory))
        {
            return [];
        }

        return Directory.EnumerateFileSystemEntries(directory, Path.GetFileName(pattern))
            .Where(p => !Directory.Exists(p))
            .Select(p => p[root.Length..])
            .Order(StringComparer.Ordinal);
    }
}
