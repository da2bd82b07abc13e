using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Verification;
using Unbounded.Agent.Machines.Nodes;

namespace Unbounded.Agent.Machines.Checks;

/// <summary>What all checks of a machine have in common: they need the machine, and an error of the way there is "not yet", with its evidence.</summary>
internal abstract class NodeCheck(SlotName slot, INodes nodes) : ICheck
{
    public abstract string Name { get; }

    public virtual TimeSpan Timeout => TimeSpan.FromSeconds(5);

    public virtual bool EndsDowntime => true;

    protected SlotName Slot => slot;

    public async Task<CheckResult> EvaluateAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await nodes.FindAsync(slot, cancellationToken) is { } node
                ? await EvaluateAsync(node, cancellationToken)
                : CheckResult.NotYet($"machine {slot} does not run");
        }
        catch (AgentException e)
        {
            return CheckResult.NotYet($"{e.Code}: {e.What}: {e.Why}");
        }
    }

    protected abstract Task<CheckResult> EvaluateAsync(INode node, CancellationToken cancellationToken);
}
