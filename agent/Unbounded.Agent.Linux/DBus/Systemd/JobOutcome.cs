namespace Unbounded.Agent.Linux.DBus.Systemd;

/// <summary>How a job ended (org.freedesktop.systemd1(5), <c>JobRemoved</c>).</summary>
public enum JobOutcome
{
    /// <summary>A result this version does not know, see <see cref="JobResult.Raw"/>.</summary>
    Unknown,

    /// <summary>It was carried out; also when the unit's conditions did not hold, see <see cref="UnitState.ConditionResult"/>.</summary>
    Done,

    /// <summary>It was cancelled before it was finished.</summary>
    Canceled,

    /// <summary>Its time limit was reached.</summary>
    Timeout,

    /// <summary>It failed.</summary>
    Failed,

    /// <summary>A job it depended on failed.</summary>
    Dependency,

    /// <summary>It did not apply to the unit's state.</summary>
    Skipped,

    /// <summary>It is not applicable to this kind of unit, or an assertion of the unit did not hold.</summary>
    Refused,

    /// <summary>The unit was unloaded first.</summary>
    Collected,

    /// <summary>The unit had been started once before and allows no second start.</summary>
    Once,
}
