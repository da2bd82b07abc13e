namespace Unbounded.Agent.Linux.DBus.Machined;

/// <summary>A change of machined's list.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Name">The machine; empty when anything may have happened.</param>
public sealed record MachineEvent(MachineEventKind Kind, string Name);
