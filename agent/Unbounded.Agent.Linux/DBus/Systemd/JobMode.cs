namespace Unbounded.Agent.Linux.DBus.Systemd;

/// <summary>What a new job does about those that are queued already (systemctl(1), <c>--job-mode=</c>).</summary>
public enum JobMode
{
    /// <summary>It replaces conflicting jobs.</summary>
    Replace,

    /// <summary>It fails when there are conflicting jobs.</summary>
    Fail,

    /// <summary>It replaces conflicting jobs, and can't be replaced itself.</summary>
    ReplaceIrreversibly,

    /// <summary>Requirements of the unit are left alone.</summary>
    IgnoreDependencies,
}
