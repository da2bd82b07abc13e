namespace Unbounded.Agent.Linux.DBus.Systemd;

/// <summary>
/// The state of a unit, read at one instant. Properties that its kind of unit does not have (a target has no main
/// process) keep their defaults.
/// </summary>
/// <param name="Name">The unit's primary name.</param>
public sealed record UnitState(string Name)
{
    /// <summary><c>loaded</c>, <c>not-found</c>, <c>masked</c>, <c>bad-setting</c>, <c>error</c>.</summary>
    public string LoadState { get; init; } = "";

    /// <summary>The state.</summary>
    public ActiveState ActiveState { get; init; }

    /// <summary>The state in the words of the kind of unit: <c>running</c>, <c>exited</c>, <c>auto-restart</c>.</summary>
    public string SubState { get; init; } = "";

    /// <summary>Why the last run ended: <c>success</c>, <c>exit-code</c>, <c>signal</c>, <c>timeout</c>, <c>oom-kill</c>.</summary>
    public string Result { get; init; } = "";

    /// <summary>Whether its unit file is enabled: <c>enabled</c>, <c>disabled</c>, <c>static</c>, <c>masked</c>; empty when there is no file.</summary>
    public string UnitFileState { get; init; } = "";

    /// <summary>Of the current or last run: 32 lowercase hexadecimal digits; empty before the first.</summary>
    public string InvocationId { get; init; } = "";

    /// <summary>The main process in the PID namespace of that systemd; 0 for none.</summary>
    public int MainPid { get; init; }

    /// <summary>Exit code or signal of the main process' last end.</summary>
    public int ExecMainStatus { get; init; }

    /// <summary>Automatic restarts since the unit was last started by a job.</summary>
    public int RestartCount { get; init; }

    /// <summary>Path below the cgroup tree; empty when it has none.</summary>
    public string ControlGroup { get; init; } = "";

    /// <summary>Whether its conditions held when it was last started. False is not a failure: it was not to run.</summary>
    public bool ConditionResult { get; init; }

    /// <summary>When its state changed last; null for never.</summary>
    public DateTimeOffset? StateChangedAt { get; init; }

    /// <summary>When its main process was started, since the host's boot (CLOCK_MONOTONIC); null for never.</summary>
    public TimeSpan? MainProcessStartedAt { get; init; }

    /// <summary>Whether its files on disk are others than those that it was loaded from.</summary>
    public bool NeedsReload { get; init; }

    /// <summary>Whether it has a file or was made at run time.</summary>
    public bool IsLoaded => LoadState == "loaded";

    /// <summary>Whether it is up.</summary>
    public bool IsActive => ActiveState is ActiveState.Active or ActiveState.Reloading or ActiveState.Refreshing;
}
