using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Verification;
using Unbounded.Agent.Linux.DBus.Systemd;
using Unbounded.Agent.Machines.Nodes;

namespace Unbounded.Agent.Machines.Checks;

/// <summary>The machine has booted: its systemd is <c>running</c>, or <c>degraded</c> with the names of what failed.</summary>
internal sealed class MachineBootedCheck(SlotName slot, INodes nodes) : NodeCheck(slot, nodes)
{
    public override string Name => "machine-booted";

    private const int MostNames = 20;

    protected override async Task<CheckResult> EvaluateAsync(INode node, CancellationToken cancellationToken)
    {
        var state = await node.Systemd.GetSystemStateAsync(cancellationToken);
        switch (state)
        {
            case SystemState.Running:
                return CheckResult.Passed($"systemd of {Slot} is running, boot ID {node.BootId}");
            case SystemState.Degraded:
                var failed = await node.Systemd.ListUnitsAsync([], ["failed"], cancellationToken);
                return CheckResult.Passed($"systemd of {Slot} is degraded: {Names(failed)}; boot ID {node.BootId}");
            default:
                return CheckResult.NotYet($"systemd of {Slot} is {state}");
        }
    }

    private static string Names(IReadOnlyList<UnitSummary> failed) =>
        string.Join(", ", failed.Take(MostNames).Select(u => u.Name)) + (failed.Count > MostNames ? $" and {failed.Count - MostNames} more" : "");
}
