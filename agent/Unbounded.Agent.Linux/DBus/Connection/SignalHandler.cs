using Unbounded.Agent.Linux.DBus.Message;

namespace Unbounded.Agent.Linux.DBus.Connection;

/// <summary>Handles one signal on the bus thread.</summary>
internal delegate void SignalHandler(BusSignal signal, BusReader reader);
