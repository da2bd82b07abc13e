using Unbounded.Agent.Core.Configuration;
using Unbounded.Agent.Core.Transaction.Planning;
using Unbounded.Agent.Core.Transaction.Records;

namespace Unbounded.Agent.Core.Transaction.Execution;

/// <summary>What is wanted.</summary>
/// <param name="Desired">The desired state; null when there is none that is valid.</param>
/// <param name="Requests">What was asked for.</param>
/// <param name="Problem">Why the desired state is not valid, null when it is.</param>
public sealed record Wishes(DesiredState? Desired, Requests Requests, ErrorRecord? Problem = null);
