using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Verification;
using Unbounded.Agent.Machines.Nodes;
using Unbounded.Agent.Machines.NodeSoftware;
using Unbounded.Agent.Machines.Slots;

namespace Unbounded.Agent.Machines.Checks;

/// <summary>The kubelet's version is the target's. Asked once: a binary does not change while it is verified.</summary>
internal sealed class KubeletVersionCheck(SlotName slot, INodes nodes, string wanted) : NodeCheck(slot, nodes)
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
