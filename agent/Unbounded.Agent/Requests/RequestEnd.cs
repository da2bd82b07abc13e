using Unbounded.Agent.Core.Transaction.Records;

namespace Unbounded.Agent.Requests;

/// <summary>What came of a request.</summary>
/// <param name="Transition">The transition that it led to, whatever its result; null when there was nothing to do.</param>
internal sealed record RequestEnd(TransitionSummary? Transition);
