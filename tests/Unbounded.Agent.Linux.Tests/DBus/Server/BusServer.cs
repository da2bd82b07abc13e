using System.Text;
using Unbounded.Agent.Linux.DBus.Connection;
using Unbounded.Agent.Linux.DBus.Message;
using Unbounded.Agent.Linux.DBus.Native;

namespace Unbounded.Agent.Linux.Tests.DBus.Server;

/// <summary>
/// A service on a bus. Its handler runs on the bus thread and returns the answer, null for none at all (a service that
/// hangs), or throws a <see cref="ServerException"/>.
/// </summary>
internal sealed class BusServer : IAsyncDisposable
{
    private readonly Handler _handler;
    private BusConnection? _connection;

    private BusServer(Handler handler) => _handler = handler;

    internal delegate Answer? Handler(ServerCall call);

    public static async Task<BusServer> StartAsync(string address, string? name, Handler handler)
    {
        var server = new BusServer(handler);
        server._connection = await BusConnection.ConnectAsync(
            new BusAddress(address, "the test's bus"),
            new BusConnectionOptions { OnCall = server.OnCall },
            CancellationToken.None);
        if (name is not null)
            await server.OwnAsync(name);
        return server;
    }

    /// <summary>Takes a name, as soon as the connection that had it before is gone.</summary>
    public async Task OwnAsync(string name)
    {
        while (!await RequestAsync(name))
        {
            // in the queue behind an owner whose end the bus has not noticed yet: asking again takes it a turn further
        }
    }

    public Task ReleaseAsync(string name) =>
        Connection.CallAsync(Driver("ReleaseName", w => w.WriteString(name)), CancellationToken.None);

    /// <summary>Sends a signal, to everyone who matches it or to one connection; on the bus when this returns.</summary>
    public async Task EmitAsync(string path, string @interface, string member, WriteBody body, string? to = null)
    {
        Connection.Post(bus => Emit(bus, path, @interface, member, body, to));
        await Connection.CallAsync(Driver("GetId"), CancellationToken.None); // ordered behind it
    }

    /// <summary>Sends a signal from within the handler.</summary>
    public void EmitNow(string path, string @interface, string member, WriteBody body) =>
        Connection.Post(bus => Emit(bus, path, @interface, member, body, null));

    public ValueTask DisposeAsync() => Connection.DisposeAsync();

    private async Task<bool> RequestAsync(string name)
    {
        const uint AlreadyOwner = 4; // DBUS_REQUEST_NAME_REPLY_ALREADY_OWNER
        const uint PrimaryOwner = 1;
        var reply = await Connection.CallAsync(
            Driver("RequestName", w =>
            {
                w.WriteString(name);
                w.WriteUInt32(0);
            }),
            r => r.ReadUInt32(),
            CancellationToken.None);
        return reply is AlreadyOwner or PrimaryOwner;
    }

    private BusConnection Connection => _connection ?? throw new InvalidOperationException("Not started.");

    private static BusCall Driver(string member, WriteBody? body = null) =>
        new("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", member, body);

    private static void Emit(nint bus, string path, string @interface, string member, WriteBody body, string? to)
    {
        if (bus == 0)
            return;
        Check(ServerCalls.NewSignal(bus, out var message, path, @interface, member));
        if (to is not null)
            Check(ServerCalls.SetDestination(message, to));
        body(new BusWriter(message));
        Send(bus, message);
    }

    private unsafe void OnCall(nint bus, nint message)
    {
        try
        {
            var call = new ServerCall(
                BusReader.Text(SdBus.GetPath(message))!,
                BusReader.Text(SdBus.GetInterface(message)) ?? "",
                BusReader.Text(SdBus.GetMember(message))!,
                BusReader.Text(SdBus.GetSender(message)) ?? "",
                new BusReader(message));
            if (_handler(call) is not { } answer)
                return;
            foreach (var signal in answer.Before)
                Emit(bus, signal.Path, signal.Interface, signal.Member, signal.Body, null);
            Check(ServerCalls.NewMethodReturn(message, out var reply));
            answer.Body?.Invoke(new BusWriter(reply));
            Send(bus, reply);
            foreach (var signal in answer.After)
                Emit(bus, signal.Path, signal.Interface, signal.Member, signal.Body, null);
        }
        catch (ServerException e)
        {
            fixed (byte* name = Encoding.UTF8.GetBytes(e.Name + '\0'), text = Encoding.UTF8.GetBytes(e.Message + '\0'))
            {
                var error = new SdBusError { Name = name, Message = text };
                Check(ServerCalls.NewMethodError(message, out var reply, &error));
                Send(bus, reply);
            }
        }
    }

    private static void Send(nint bus, nint message)
    {
        Check(SdBus.Send(bus, message, out _));
        SdBus.MessageUnref(message);
    }

    private static void Check(int result)
    {
        if (result < 0)
            throw new InvalidOperationException($"sd-bus: {result}");
    }
}
