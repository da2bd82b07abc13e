using Unbounded.Agent.Core.Slots;

namespace Unbounded.Agent.Core.Verification;

/// <summary>Checks that are not the backend's own: the operator's URL, the data partition, the API server. What is not configured has no check.</summary>
public interface ICheckSource
{
    /// <summary>The checks of one side.</summary>
    /// <param name="slot">The side that is to prove healthy.</param>
    /// <param name="target">What it is made from.</param>
    IReadOnlyList<ICheck> Checks(SlotName slot, Target target);
}
