using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Verification;
using Unbounded.Agent.Partitions.Layout;

namespace Unbounded.Agent.Partitions.Slots;

/// <summary>The slot is the one that booted.</summary>
internal sealed class SlotBootedCheck(SlotName slot, ISlotTable table) : ICheck
{
    public string Name => "slot-booted";

    public TimeSpan Timeout => TimeSpan.FromSeconds(5);

    public Task<CheckResult> EvaluateAsync(CancellationToken cancellationToken)
    {
        var running = table.Running();
        var evidence = $"slot {running} booted";
        return Task.FromResult(running == slot ? CheckResult.Passed(evidence) : CheckResult.Never(evidence));
    }
}
