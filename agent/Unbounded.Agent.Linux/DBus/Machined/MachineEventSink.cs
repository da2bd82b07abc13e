using System.Threading.Channels;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.DBus.Message;
using Unbounded.Agent.Linux.DBus.Session;

namespace Unbounded.Agent.Linux.DBus.Machined;

/// <summary>Hands machined's signals to one reader.</summary>
internal sealed class MachineEventSink : ISignalSink
{
    internal const string New = "MachineNew";
    internal const string Removed = "MachineRemoved";

    private readonly Channel<MachineEvent> _events = Channel.CreateUnbounded<MachineEvent>(new UnboundedChannelOptions { SingleReader = true });

    internal IAsyncEnumerable<MachineEvent> ReadAllAsync(CancellationToken cancellationToken) => _events.Reader.ReadAllAsync(cancellationToken);

    /// <inheritdoc/>
    public void OnSignal(BusSignal signal, BusReader reader) => _events.Writer.TryWrite(new MachineEvent(
        signal.Member == New ? MachineEventKind.Registered : MachineEventKind.Removed, reader.ReadString()));

    /// <inheritdoc/>
    public void OnGap() => _events.Writer.TryWrite(new MachineEvent(MachineEventKind.Missed, ""));

    /// <inheritdoc/>
    public void OnEnd(AgentException error) => _events.Writer.TryComplete(error);
}
