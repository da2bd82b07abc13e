namespace Unbounded.Agent.Linux.DBus.Message;

/// <summary>Writes a call's arguments.</summary>
internal delegate void WriteBody(BusWriter writer);

/// <summary>Reads what a message carries.</summary>
internal delegate T ReadBody<out T>(BusReader reader);

/// <summary>A method call.</summary>
/// <param name="Destination">The service's name.</param>
/// <param name="Path">The object.</param>
/// <param name="Interface">The interface.</param>
/// <param name="Member">The method.</param>
/// <param name="Body">The arguments, null for none.</param>
internal sealed record BusCall(string Destination, string Path, string Interface, string Member, WriteBody? Body = null)
{
    /// <summary>How long to wait for the answer; null for the connection's default.</summary>
    internal TimeSpan? Timeout { get; init; }

    /// <summary>Whether the bus may start the service for this call.</summary>
    internal bool AutoStart { get; init; } = true;
}
