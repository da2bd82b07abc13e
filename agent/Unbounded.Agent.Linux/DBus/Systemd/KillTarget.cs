namespace Unbounded.Agent.Linux.DBus.Systemd;

/// <summary>Which processes of a unit get a signal (<c>systemctl kill --kill-whom=</c>).</summary>
public enum KillTarget
{
    /// <summary>Every process of its cgroup.</summary>
    All,

    /// <summary>The main process.</summary>
    Main,

    /// <summary>The control process (ExecStartPre=, ExecStop= and the like).</summary>
    Control,
}
