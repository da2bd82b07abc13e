using Unbounded.Agent.Linux.DBus.Systemd;
using Unbounded.Agent.Linux.Tests.DBus.Contract;

namespace Unbounded.Agent.Machines.Tests.Support;

/// <summary>A unit of <see cref="FakeSystemd"/>: what it does when it is started and stopped, and its state now.</summary>
internal sealed class FakeUnit(string name)
{
    /// <summary>What a start does.</summary>
    public UnitScript Script { get; set; } = UnitScript.Runs;

    /// <summary>Its state.</summary>
    public UnitState State { get; set; } = new(name) { LoadState = "loaded", ActiveState = ActiveState.Inactive, SubState = "dead", UnitFileState = "disabled", Result = "success" };

    /// <summary>Called when a start job begins, before anything changes. What it throws is what the start job's caller gets.</summary>
    public Func<CancellationToken, Task>? Starting { get; set; }

    /// <summary>Called when a stop job begins, before anything changes.</summary>
    public Func<CancellationToken, Task>? Stopping { get; set; }

    /// <summary>Whether a stop job leaves it in this state, as a unit that hangs does.</summary>
    public ActiveState? StopsIn { get; set; }

    /// <summary>The start job that waits for a release.</summary>
    public TaskCompletionSource<JobOutcome>? Waiting { get; set; }

    /// <summary>Goes when it has stopped, as a unit without a file does.</summary>
    public bool IsTransient { get; set; }

    public bool IsActive => State.IsActive;
}
