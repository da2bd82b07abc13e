using System.Text;

namespace Unbounded.Agent.Linux.DBus.Systemd;

/// <summary>Names and paths of org.freedesktop.systemd1(5).</summary>
internal static class SystemdNames
{
    internal const string Service = "org.freedesktop.systemd1";
    internal const string ManagerPath = "/org/freedesktop/systemd1";
    internal const string Manager = "org.freedesktop.systemd1.Manager";
    internal const string Unit = "org.freedesktop.systemd1.Unit";
    internal const string Job = "org.freedesktop.systemd1.Job";
    internal const string Properties = "org.freedesktop.DBus.Properties";
    internal const string PropertiesChanged = "PropertiesChanged";

    private const string UnitRoot = ManagerPath + "/unit/";

    /// <summary>
    /// The object of a unit, loaded or not: systemd loads what its path names. Every byte but letters and digits (a
    /// leading digit too) is written as <c>_xx</c>, systemd's escaping of bus labels.
    /// </summary>
    internal static string UnitPath(string unit)
    {
        var path = new StringBuilder(UnitRoot, UnitRoot.Length + (unit.Length * 2));
        if (unit.Length == 0)
            path.Append('_');
        var first = true;
        foreach (var b in Encoding.UTF8.GetBytes(unit))
        {
            if (char.IsAsciiLetter((char)b) || (char.IsAsciiDigit((char)b) && !first))
                path.Append((char)b);
            else
                path.Append('_').Append(Convert.ToHexStringLower([b]));
            first = false;
        }

        return path.ToString();
    }

    internal static ActiveState ParseActiveState(string word) => word switch
    {
        "active" => ActiveState.Active,
        "reloading" => ActiveState.Reloading,
        "inactive" => ActiveState.Inactive,
        "failed" => ActiveState.Failed,
        "activating" => ActiveState.Activating,
        "deactivating" => ActiveState.Deactivating,
        "maintenance" => ActiveState.Maintenance,
        "refreshing" => ActiveState.Refreshing,
        _ => ActiveState.Unknown,
    };

    internal static SystemState ParseSystemState(string word) => word switch
    {
        "initializing" => SystemState.Initializing,
        "starting" => SystemState.Starting,
        "running" => SystemState.Running,
        "degraded" => SystemState.Degraded,
        "maintenance" => SystemState.Maintenance,
        "stopping" => SystemState.Stopping,
        _ => SystemState.Unknown,
    };

    internal static JobOutcome ParseJobOutcome(string word) => word switch
    {
        "done" => JobOutcome.Done,
        "canceled" => JobOutcome.Canceled,
        "timeout" => JobOutcome.Timeout,
        "failed" => JobOutcome.Failed,
        "dependency" => JobOutcome.Dependency,
        "skipped" => JobOutcome.Skipped,
        "invalid" or "assert" or "unsupported" or "concurrency" => JobOutcome.Refused,
        "collected" => JobOutcome.Collected,
        "once" => JobOutcome.Once,
        _ => JobOutcome.Unknown,
    };

    internal static string Word(JobMode mode) => mode switch
    {
        JobMode.Fail => "fail",
        JobMode.ReplaceIrreversibly => "replace-irreversibly",
        JobMode.IgnoreDependencies => "ignore-dependencies",
        _ => "replace",
    };

    internal static string Word(KillTarget target) => target switch
    {
        KillTarget.Main => "main",
        KillTarget.Control => "control",
        _ => "all",
    };
}
