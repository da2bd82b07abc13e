using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Verification;
using Unbounded.Agent.Machines.Nodes;
using Unbounded.Agent.Machines.NodeSoftware;
using Unbounded.Agent.Machines.Slots;

namespace Unbounded.Agent.Machines.Checks;

/// <summary>
/// The kubelet's version is the target's. Asked once, since a binary does not change while it is verified, and not before the kubelet answers: asking runs
/// its binary a second time, which would take the processor from the one that the node waits for.
/// </summary>
/// <param name="slot">The machine.</param>
/// <param name="nodes">Finds it.</param>
/// <param name="health">Tells whether the kubelet answers.</param>
/// <param name="wanted">The version, with or without its <c>v</c>.</param>
internal sealed class KubeletVersionCheck(SlotName slot, INodes nodes, KubeletHealthCheck health, string wanted) : NodeCheck(slot, nodes)
{
    private CheckResult? _result;

    public override string Name => "kubelet-version";

    public override TimeSpan Timeout => TimeSpan.FromSeconds(10);

    protected override async Task<CheckResult> EvaluateAsync(INode node, CancellationToken cancellationToken)
    {
        if (_result is not null)
        {
            return _result;
        }

        if (!health.HasPassed)
        {
            return CheckResult.NotYet($"asked when the kubelet of {Slot} answers");
        }

        var found = await SoftwareCheck.VersionAsync(node, cancellationToken);
        if (found is null)
        {
            return CheckResult.NotYet($"the kubelet of {Slot} does not tell its version");
        }

        var evidence = $"the kubelet of {Slot} is {found}";
        return _result = string.Equals(found, KubernetesVersion.Normalize(wanted), StringComparison.Ordinal)
            ? CheckResult.Passed(evidence)
            : CheckResult.Never($"{evidence}, not {wanted}");
    }
}
