using Unbounded.Agent.Core.Transaction.Records;

namespace Unbounded.Agent.Integration.Kills;

/// <summary>An instant that is aimed at.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Course">What the agent has to be doing.</param>
/// <param name="Reached">Whether it has come.</param>
/// <param name="Spread">How much later at most the kill follows, for an instant that is a stretch of time; zero: at once.</param>
internal sealed record Aim(string Name, Course Course, Func<Moment, bool> Reached, TimeSpan Spread)
{
    public static readonly Aim WhilePreparing =
        new("while preparing", Course.Swap, m => m.IsIn(StepKind.Prepare), TimeSpan.FromSeconds(1.5));

    public static readonly Aim BetweenTheStops = new(
        "between the stops",
        Course.Swap,
        m => m.IsIn(StepKind.Deactivate) && m.Node.Kubelet is null,
        TimeSpan.Zero);

    public static readonly Aim BetweenTheSides = new(
        "both sides stopped",
        Course.Swap,
        m => m.IsIn(StepKind.Deactivate) && m.Node is { Kubelet: null, Containerd: null },
        TimeSpan.Zero);

    public static readonly Aim AfterTheNewKubelet = new(
        "after the new kubelet's start",
        Course.Swap,
        m => m.Transition is { } t && m.Node.Kubelet == t.To.Value,
        TimeSpan.FromSeconds(4));

    public static readonly Aim BeforeTheCommit = new(
        "before the commit",
        Course.Swap,
        m => m.Transition is { Step: StepKind.Verify, StepState: StepState.Done } || m.IsIn(StepKind.Commit),
        TimeSpan.Zero);

    public static readonly Aim AfterTheCommit =
        new("after the commit", Course.Swap, m => m.Transition is { Committed: true }, TimeSpan.FromMilliseconds(300));

    public static readonly Aim WhilePuttingBack = new(
        "while a bad side is put back",
        Course.BrokenSwap,
        m => m.IsIn(StepKind.Revert, StepKind.VerifyReverted),
        TimeSpan.FromSeconds(4));

    public static readonly Aim WhileReviving =
        new("while the previous side is revived", Course.Rollback, m => m.IsIn(StepKind.Revive), TimeSpan.FromSeconds(1));

    public static readonly Aim RollbackNearItsCommit = new(
        "at a rollback's commit",
        Course.Rollback,
        m => m.Transition is { Committed: true } || m.IsIn(StepKind.Commit),
        TimeSpan.Zero);

    /// <summary>All of them, in the order in which a short run takes them.</summary>
    public static IReadOnlyList<Aim> All { get; } =
    [
        BetweenTheStops, BeforeTheCommit, WhilePreparing, AfterTheNewKubelet, AfterTheCommit, WhilePuttingBack, BetweenTheSides, RollbackNearItsCommit, WhileReviving,
    ];
}
