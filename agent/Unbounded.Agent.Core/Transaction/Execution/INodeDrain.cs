using Unbounded.Agent.Core.Configuration;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Transaction.Records;

namespace Unbounded.Agent.Core.Transaction.Execution;

/// <summary>
/// Empties the node before its handover, in whatever cluster it is a part of. What it does to the node there is undone by whoever follows the records: from the
/// first one on in which the transition has ended or is committed, however often anybody crashed in between. So it is never a step that could fail.
/// </summary>
public interface INodeDrain
{
    /// <summary>Cordons the node and has its pods end. Can be run again, and then goes on.</summary>
    /// <param name="record">The record, with the transition that wants it.</param>
    /// <param name="policy">For how long at most.</param>
    /// <param name="progress">Hears of parts and warnings.</param>
    /// <param name="cancellationToken">A stop request: the node stays cordoned, the transition goes on later.</param>
    /// <returns>Whether it is drained. False: there is no cluster that would have to be asked.</returns>
    /// <exception cref="AgentException">It could not be emptied in time, and what stands in the way.</exception>
    Task<bool> DrainAsync(AgentRecord record, DrainPolicy policy, IStepProgress progress, CancellationToken cancellationToken);
}
