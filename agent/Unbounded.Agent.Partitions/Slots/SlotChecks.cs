using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Verification;
using Unbounded.Agent.Linux.DBus.Systemd;
using Unbounded.Agent.Partitions.Layout;

namespace Unbounded.Agent.Partitions.Slots;

/// <summary>The checks that are the partitions' own.</summary>
/// <param name="osRelease">What the running system says it is.</param>
/// <param name="systemd">The host's systemd, null where there is none to ask.</param>
internal sealed class SlotChecks(string osRelease, ISystemd? systemd)
{
    /// <summary>The checks of a slot.</summary>
    public IReadOnlyList<ICheck> For(SlotName slot, Target target, ISlotTable table)
    {
        var checks = new List<ICheck>
        {
            new SlotBootedCheck(slot, table),
            new SystemVersionCheck(target.Config.Cluster.Version, new OsRelease(osRelease)),
        };
        if (systemd is not null)
            checks.Add(new SystemRunningCheck(systemd));
        return checks;
    }
}
