using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Transaction.Records;
using Unbounded.Agent.Following;
using Unbounded.Agent.Progress;

namespace Unbounded.Agent.Commands.Install;

/// <summary>What <c>install</c> waits for: a node that runs, or the reason why there will be none. Pure.</summary>
internal static class FirstNode
{
    /// <summary>Looks at what the daemon has come to.</summary>
    /// <param name="record">The record, null when there is none yet.</param>
    /// <param name="note">The daemon's last note, null when there is none.</param>
    /// <param name="began">When waiting began: notes from before are about something else.</param>
    /// <returns>The record that ends the wait; null while there is hope.</returns>
    /// <exception cref="AgentException">The daemon rests without a node.</exception>
    public static AgentRecord? Of(AgentRecord? record, LiveProgress? note, DateTimeOffset began)
    {
        if (record is { Active: not null, Transition: null })
            return record;
        if (record?.Transition is not null || note is not { Settled: true } settled || settled.At < began)
            return null;
        if (record?.Attempts is { Failed: false, RetryAt: { } next } && next > settled.At)
            return null;
        if (record?.LastTransition is not null)
            return record;
        throw settled.Problem is { } problem
            ? TransitionOutcome.Refused(problem)
            : new AgentException(
                FrontDoorErrors.DaemonProblem,
                "the host is prepared, but no node was brought up",
                settled.Plan ?? "the daemon gave no reason",
                "change what keeps it from starting in machine.yaml: the daemon sees it at once");
    }
}
