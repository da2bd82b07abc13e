namespace Unbounded.Agent.Core.Transaction.Phases;

/// <summary>Which phase may follow which.</summary>
public static class PhaseRules
{
    /// <summary>Every phase, in the order in which a successful update passes them.</summary>
    public static IReadOnlyList<Phase> All { get; } = Enum.GetValues<Phase>();

    /// <summary>The name of a phase as files and metrics write it.</summary>
    public static string Text(this Phase phase) => phase switch
    {
        Phase.Idle => "idle",
        Phase.Checking => "checking",
        Phase.Downloading => "downloading",
        Phase.Staged => "staged",
        Phase.Activated => "activated",
        Phase.Verifying => "verifying",
        Phase.Success => "success",
        Phase.RolledBack => "rolled_back",
        Phase.Failed => "failed",
        _ => throw new ArgumentOutOfRangeException(nameof(phase), phase, "no such phase"),
    };

    /// <summary>Whether no attempt is under way.</summary>
    public static bool IsResting(this Phase phase) =>
        phase is Phase.Idle or Phase.Success or Phase.RolledBack or Phase.Failed;

    /// <summary>
    /// Whether <paramref name="next"/> may follow <paramref name="current"/>. Staying is always legal. A staged update may go back to
    /// downloading, because a host reboot takes the booted alternate away; a verifying one may go back to activated, because a failed
    /// health check is counted before it is final.
    /// </summary>
    public static bool MayFollow(this Phase next, Phase current) => next == current || current switch
    {
        Phase.Idle or Phase.Success or Phase.RolledBack or Phase.Failed =>
            next is Phase.Idle or Phase.Checking or Phase.Downloading,
        Phase.Checking => next is Phase.Idle or Phase.Downloading or Phase.Failed,
        Phase.Downloading => next is Phase.Staged or Phase.Failed,
        Phase.Staged => next is Phase.Downloading or Phase.Activated or Phase.Failed,
        Phase.Activated => next is Phase.Verifying or Phase.RolledBack,
        Phase.Verifying => next is Phase.Activated or Phase.Success or Phase.RolledBack,
        _ => false,
    };
}
