using System.Runtime.CompilerServices;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.DBus.Message;
using Unbounded.Agent.Linux.DBus.Session;

namespace Unbounded.Agent.Linux.DBus.Machined;

/// <summary>machined over the host's bus.</summary>
internal sealed class MachinedClient(BusSession session) : IMachined
{
    /// <inheritdoc/>
    public async Task<MachineRegistration?> FindAsync(string name, CancellationToken cancellationToken = default)
    {
        try
        {
            var path = await session.CallAsync(
                Call("GetMachine", writer => writer.WriteString(name)), static reader => reader.ReadObjectPath(), cancellationToken);
            return await session.CallAsync(
                new BusCall(
                    MachinedNames.Service,
                    path,
                    MachinedNames.Properties,
                    "GetAll",
                    static writer => writer.WriteString(MachinedNames.Machine)),
                MachineReader.Read,
                cancellationToken);
        }
        catch (AgentException e) when (DBusErrors.NameOf(e) is DBusErrors.NoSuchMachine or DBusErrors.UnknownObject)
        {
            return null; // it may go between the two calls
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<MachineListing>> ListAsync(CancellationToken cancellationToken = default) =>
        session.CallAsync(Call("ListMachines"), MachineReader.ReadList, cancellationToken);

    /// <inheritdoc/>
    public async Task UnregisterAsync(string name, CancellationToken cancellationToken = default)
    {
        try
        {
            await session.CallAsync(Call("UnregisterMachine", writer => writer.WriteString(name)), cancellationToken);
        }
        catch (AgentException e) when (DBusErrors.NameOf(e) == DBusErrors.NoSuchMachine)
        {
            // what was asked for is so
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<MachineEvent> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var sink = new MachineEventSink();
        using var registered = await session.SubscribeAsync(Signal(MachineEventSink.New), sink, cancellationToken);
        using var removed = await session.SubscribeAsync(Signal(MachineEventSink.Removed), sink, cancellationToken);
        sink.OnGap();
        await foreach (var change in sink.ReadAllAsync(cancellationToken))
            yield return change;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => session.DisposeAsync();

    private static SignalMatch Signal(string member) => new(MachinedNames.Manager, member, MachinedNames.ManagerPath);

    private static BusCall Call(string method, WriteBody? body = null) =>
        new(MachinedNames.Service, MachinedNames.ManagerPath, MachinedNames.Manager, method, body);
}
