namespace Unbounded.Agent.Machines.HostPreparation.Changes;

/// <summary>State of a change that needs none to be undone.</summary>
internal sealed record EmptyState;
