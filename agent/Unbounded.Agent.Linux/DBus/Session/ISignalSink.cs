using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.DBus.Message;

namespace Unbounded.Agent.Linux.DBus.Session;

/// <summary>Where the signals of a subscription go.</summary>
internal interface ISignalSink
{
    /// <summary>One signal, on the bus thread: read it, hand it on, never block.</summary>
    void OnSignal(BusSignal signal, BusReader reader);

    /// <summary>Signals may have been missed; the service can be asked again now. Not on the bus thread.</summary>
    void OnGap();

    /// <summary>There will be no more signals.</summary>
    void OnEnd(AgentException error);
}
