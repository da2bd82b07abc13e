using Unbounded.Agent.Linux.DBus.Message;

namespace Unbounded.Agent.Linux.DBus.Connection;

/// <summary>A call whose answer has not arrived. Its members run on the bus thread.</summary>
internal abstract class PendingCall(BusCall call)
{
    internal BusCall Call { get; } = call;

    /// <summary>The serial number under which it was sent; 0 before.</summary>
    internal ulong Cookie { get; set; }

    /// <summary>The answer has arrived.</summary>
    internal abstract void Complete(BusReader reader);

    /// <summary>There will be no answer.</summary>
    internal abstract void Fail(Exception error);
}
