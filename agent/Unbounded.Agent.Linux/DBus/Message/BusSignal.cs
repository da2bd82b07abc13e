namespace Unbounded.Agent.Linux.DBus.Message;

/// <summary>The header of a signal.</summary>
/// <param name="Sender">The unique name of the connection that sent it; the bus guarantees it.</param>
/// <param name="Path">The object.</param>
/// <param name="Interface">The interface.</param>
/// <param name="Member">The signal.</param>
internal sealed record BusSignal(string Sender, string Path, string Interface, string Member);
