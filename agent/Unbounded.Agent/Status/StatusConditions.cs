using Unbounded.Agent.Core.Transaction.Execution;
using Unbounded.Agent.Core.Transaction.Planning;
using Unbounded.Agent.Core.Transaction.Records;
using Unbounded.Agent.Kubernetes.Resources;

namespace Unbounded.Agent.Status;

/// <summary>Conditions by Kubernetes' conventions: each says one thing, and keeps its time while it says the same.</summary>
internal static class StatusConditions
{
    // Enough for what a person must see; the log has every one.
    private const int LongestMessage = 1024;

    public static IReadOnlyList<Condition> Of(StatusSnapshot snapshot, ErrorRecord? error, StatusOrigin? origin, IReadOnlyList<Condition> before)
    {
        var warnings = origin?.Warnings ?? [];
        var record = snapshot.Record;
        var down = record?.Transition is { HandoverBegun: true, Committed: false, DowntimeMilliseconds: null };
        var up = StatusPhase.IsUp(snapshot) && !down;
        return
        [
            Make("Ready", up, up ? "NodeRuns" : down ? "HandingOver" : "NodeDown", StatusPhase.Message(snapshot)),
            Make("Progressing", record?.Transition is not null, Progress(snapshot), record?.Transition is null ? snapshot.Plan?.Summary ?? "nothing to do" : StatusPhase.Message(snapshot)),
            Make("Degraded", error is not null, error is null ? "AsDesired" : Reason(error), error is null ? "nothing stands in the way" : $"{error.Message}: {error.Cause}"),
            Make("RolledBack", record?.LastTransition?.Result == TransitionResult.RolledBack, record?.LastTransition?.Result.ToString() ?? "NeverMoved", Last(record)),
            Make(
                "ConfigurationWarning",
                warnings.Count > 0,
                warnings.Count > 0 ? "FieldsWithoutEffect" : "NothingOdd",
                warnings.Count > 0 ? Bounded(string.Join("; ", warnings)) : "every field does what it says"),
            .. Connected(),
        ];

        // Of a host that follows no API server there is nothing to say.
        IEnumerable<Condition> Connected()
        {
            if (origin?.Cluster is { } cluster)
            {
                yield return Make(
                    "ClusterConnected",
                    cluster.Problem is null,
                    cluster.Problem is { } problem ? Reason(problem) : "Followed",
                    cluster.Problem is { } lost ? Bounded($"{lost.Message}: {lost.Cause}") : "the Machine in the cluster is what is wanted");
                yield return Make(
                    "NodeConfigured",
                    cluster.Node is null,
                    cluster.Node is { } node ? Reason(node) : "AsDesired",
                    cluster.Node is { } unlike ? Bounded($"{unlike.Message}: {unlike.Cause}") : "the Node has the labels and taints of the side that runs");
                if (cluster.OwnIdentity)
                {
                    yield return Make(
                        "IdentityCurrent",
                        cluster.Identity is null,
                        cluster.Identity is { } identity ? Reason(identity) : "Issued",
                        cluster.Identity is { } ends ? Bounded($"{ends.Message}: {ends.Cause}") : "the daemon's own certificate is good");
                }
            }
        }

        Condition Make(string type, bool holds, string reason, string message)
        {
            var status = holds ? ConditionStatus.True : ConditionStatus.False;
            var since = before.FirstOrDefault(c => c.Type == type && c.Status == status)?.LastTransitionTime ?? snapshot.At;
            return new Condition(type, status, reason, message, since, origin?.Generation);
        }
    }

    // A reason is one word.
    private static string Reason(ErrorRecord error) => error.Code.Replace("-", "", StringComparison.Ordinal);

    private static string Bounded(string message) => message.Length <= LongestMessage ? message : message[..(LongestMessage - 1)] + "…";

    private static string Progress(StatusSnapshot snapshot) => snapshot.Record?.Transition is { } t ? t.Kind.ToString() : snapshot.Plan?.Kind switch
    {
        PlanKind.Waiting => "Waiting",
        PlanKind.Held => "TargetFailed",
        PlanKind.Refused => "Refused",
        _ => "AsDesired",
    };

    private static string Last(AgentRecord? record) => record?.LastTransition is { } last
        ? $"to {last.To} (Kubernetes {last.Version})" + (last.Error is { } error ? $": {error.Message}" : "")
        : "no transition ended yet";
}
