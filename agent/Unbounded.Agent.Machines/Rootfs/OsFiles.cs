using Unbounded.Agent.Machines.Layout;

namespace Unbounded.Agent.Machines.Rootfs;

/// <summary>The operating system's own settings in a machine.</summary>
public static class OsFiles
{
    /// <summary>All files.</summary>
    /// <param name="machineId">The machine's own ID, 32 lowercase hex digits (machine-id(5)).</param>
    /// <param name="hostName">Host name of the machine: the node's name.</param>
    /// <param name="resolvConf">The host's resolv.conf.</param>
    public static IEnumerable<RootFile> For(string machineId, string hostName, string resolvConf)
    {
        yield return RootFile.Text("/etc/machine-id", machineId + "\n");
        yield return RootFile.Text("/etc/hostname", hostName + "\n");
        yield return RootFile.Text("/etc/resolv.conf", resolvConf);
        foreach (var unit in HeldBackUnits.Masked)
        {
            yield return RootFile.Mask(unit);
        }

        // kubelet's OOM watcher opens /dev/kmsg, which nspawn does not provide.
        yield return RootFile.Text("/etc/tmpfiles.d/unbounded-kmsg.conf", "L /dev/kmsg - - - - /dev/console\n");
        yield return RootFile.Text("/etc/modules-load.d/unbounded-node.conf", "overlay\nbr_netfilter\n");
    }
}
