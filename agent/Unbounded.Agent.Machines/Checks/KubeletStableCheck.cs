using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Verification;
using Unbounded.Agent.Machines.Layout;
using Unbounded.Agent.Machines.Nodes;

namespace Unbounded.Agent.Machines.Checks;

/// <summary>
/// The kubelet is not restarting: the same invocation, and no automatic restart since the check looked first. Each restart it sees makes it fail once,
/// which starts the settle window anew; so a kubelet that crashes every 20 s never settles. One that can't even start is not waited for.
/// </summary>
internal sealed class KubeletStableCheck(SlotName slot, INodes nodes) : NodeCheck(slot, nodes)
{
    // With the unit's RestartSec= about 20 s: a kubelet that waits for something of its surroundings has it by then.
    private const int HopelessRestarts = 10;

    private string? _invocation;
    private int _restarts;
    private int? _restartsAtFirst;

    public override string Name => "kubelet-stable";

    protected override async Task<CheckResult> EvaluateAsync(INode node, CancellationToken cancellationToken)
    {
        var unit = await node.Systemd.GetUnitAsync(Units.Kubelet, cancellationToken);
        _restartsAtFirst ??= unit.RestartCount;
        if (unit.RestartCount - _restartsAtFirst >= HopelessRestarts)
        {
            return CheckResult.Never($"kubelet.service of {Slot} was restarted {unit.RestartCount} times, last result '{unit.Result}' (status {unit.ExecMainStatus})");
        }

        if (!unit.IsActive || unit.MainPid == 0)
        {
            return CheckResult.NotYet($"kubelet.service of {Slot} is {unit.ActiveState} ({unit.SubState}), {unit.RestartCount} restarts, last result '{unit.Result}'");
        }

        var first = _invocation is null;
        var same = first || (string.Equals(_invocation, unit.InvocationId, StringComparison.Ordinal) && _restarts == unit.RestartCount);
        (_invocation, _restarts) = (unit.InvocationId, unit.RestartCount);
        var evidence = $"kubelet.service of {Slot}: main PID {unit.MainPid}, invocation {unit.InvocationId}, {unit.RestartCount} restarts";
        return same ? CheckResult.Passed(evidence) : CheckResult.NotYet($"{evidence}: it was restarted since the last look");
    }
}
