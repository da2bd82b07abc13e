using Unbounded.Agent.Core.Configuration;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Verification;
using Unbounded.Agent.Machines.Cluster;
using Unbounded.Agent.Machines.Nodes;

namespace Unbounded.Agent.Machines.Checks;

/// <summary>
/// The pods of kube-system on this Node run again and are Ready, and have been for <see cref="HealthGatePolicy.SystemPods"/> when the side is committed. That time is
/// counted from when this check first saw a pod so, by a clock that is never set, and anew with each restart of a container: a start that the API server tells is
/// rounded to a second and of a clock that may be set, and a pod's old status stays on the server until the new kubelet has replaced it. What the settle window
/// counts anyway is not waited for twice. Not asked of the new side: pods that were not Ready before the handover, or came after it; finished and ending ones. Where
/// what was before is not known (the daemon was restarted in between), all of them are. Waived while the server can't be asked, or the right is missing.
/// </summary>
/// <param name="slot">The machine.</param>
/// <param name="nodes">Finds it.</param>
/// <param name="cluster">The Node.</param>
/// <param name="policy">For how long.</param>
/// <param name="time">The clock.</param>
internal sealed class SystemPodsCheck(SlotName slot, INodes nodes, IClusterNode cluster, HealthGatePolicy policy, TimeProvider time) : NodeCheck(slot, nodes)
{
    private const int Named = 5;

    private readonly ClusterQuestion _question = new("the list of kube-system's pods", time);
    private readonly TimeSpan _needed = policy.SystemPods > policy.Settle ? policy.SystemPods - policy.Settle : TimeSpan.Zero;
    private Dictionary<string, (string Containers, long Since)> _settled = new(StringComparer.Ordinal);

    public override string Name => "system-pods";

    public override TimeSpan Timeout => ClusterQuestion.Timeout;

    public override bool EndsDowntime => false;

    protected override async Task<CheckResult> EvaluateAsync(INode node, CancellationToken cancellationToken)
    {
        if (!cluster.IsFollowed)
        {
            return CheckResult.Passed("not asked: this daemon follows no cluster");
        }

        return await KubeletStart.FindAsync(node, time, cancellationToken) is { } kubelet
            ? await _question.AskAsync(async token => Judge(await cluster.AskSystemPodsAsync(token), kubelet), cancellationToken)
            : CheckResult.NotYet($"no kubelet runs in {Slot}");
    }

    private CheckResult Judge(IReadOnlyList<ClusterPodView> all, KubeletStart kubelet)
    {
        var pods = all.Where(p => p is { IsEnding: false, Phase: not ("Succeeded" or "Failed") }).OrderBy(p => p.Name, StringComparer.Ordinal).ToList();
        var asked = pods.Where(p => p.WasSettled != false).ToList();
        var before = _settled;
        _settled = asked.Where(p => Problem(p, kubelet) is null).ToDictionary(p => p.Name, p => Since(p, before), StringComparer.Ordinal);
        var open = asked.Select(p => (p.Name, Why: Problem(p, kubelet) ?? TooYoung(p))).Where(p => p.Why is not null).ToList();
        var others = pods.Count - asked.Count;
        var left = others == 0 ? "" : $"; {others} not asked of this side, as they were not Ready before the handover: {Names(pods.Where(p => p.WasSettled == false).Select(p => p.Name))}";
        return open.Count == 0
            ? CheckResult.Passed($"{asked.Count} pods of kube-system run here and are Ready{left}")
            : CheckResult.NotYet($"{open.Count} of {asked.Count} pods of kube-system: {Names(open.Select(p => $"{p.Name} {p.Why}"))}{left}");
    }

    private (string Containers, long Since) Since(ClusterPodView pod, Dictionary<string, (string Containers, long Since)> before)
    {
        var containers = string.Join(',', pod.Containers);
        return before.TryGetValue(pod.Name, out var known) && string.Equals(known.Containers, containers, StringComparison.Ordinal)
            ? known
            : (containers, time.GetTimestamp());
    }

    private static string? Problem(ClusterPodView pod, KubeletStart kubelet) =>
        pod.Phase != "Running" ? $"is {pod.Phase}{Reason(pod)}"
            : pod.RanBefore ?? IsOlder(pod, kubelet) ? "is as the old kubelet told it last"
            : pod.IsReady ? null : $"is not Ready{Reason(pod)}";

    private string? TooYoung(ClusterPodView pod)
    {
        var runs = time.GetElapsedTime(_settled[pod.Name].Since);
        return runs >= _needed ? null : $"has been Ready for {runs.TotalSeconds:0} of {_needed.TotalSeconds:0} s";
    }

    // The server's time has whole seconds.
    private static bool IsOlder(ClusterPodView pod, KubeletStart kubelet) => pod.StartedAt is not { } started || started <= kubelet.At - TimeSpan.FromSeconds(1);

    private static string Reason(ClusterPodView pod) => pod.Reason.Length == 0 ? "" : $" ({pod.Reason})";

    private static string Names(IEnumerable<string> pods)
    {
        var all = pods.ToList();
        return string.Join(", ", all.Take(Named)) + (all.Count > Named ? $" and {all.Count - Named} more" : "");
    }
}
