using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Unbounded.Agent.Linux.DBus;
using Unbounded.Agent.Linux.Notify;
using Unbounded.Agent.Machines;
using Unbounded.Agent.Machines.Layout;
using Unbounded.Agent.Machines.Rootfs;

namespace Unbounded.Agent.SlotsServer;

/// <summary>
/// <c>Unbounded.Agent.SlotsServer SOCKET AGENT</c>: the machines backend, as it is, on the host that this runs on, for tests that are elsewhere. AGENT is
/// the published agent, which machines' starts call.
/// </summary>
internal static class Program
{
    private static async Task Main(string[] arguments)
    {
        var (socket, agent) = (arguments[0], arguments[1]);
        var paths = new MachinePaths();
        using var images = new StoreImages(paths.Store, TimeProvider.System, NullLoggerFactory.Instance);
        await using var backend = new MachinesBackend(
            paths, new SystemdConnector(new DBusOptions(), TimeProvider.System, NullLoggerFactory.Instance), images, agent, TimeProvider.System, NullLoggerFactory.Instance);
        File.Delete(socket);
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(socket));
        listener.Listen();
        using var notifier = ServiceNotifier.FromEnvironment(NullLogger<ServiceNotifier>.Instance);
        notifier.Ready("serving");
        var calls = new Calls(backend.Slots);
        while (true)
        {
            var client = await listener.AcceptAsync();
            _ = ServeAsync(client, calls);
        }
    }

    private static async Task ServeAsync(Socket client, Calls calls)
    {
        await using var stream = new NetworkStream(client, ownsSocket: true);
        if (await Connection.ReceiveAsync<SlotsRequest>(stream, CancellationToken.None) is not { } request)
        {
            return;
        }

        using var gone = new CancellationTokenSource();
        var answering = calls.AnswerAsync(request, gone.Token);
        // Nothing more is sent: whatever this read ends with, the caller waits no longer.
        var reading = stream.ReadAsync(new byte[1]).AsTask();
        if (await Task.WhenAny(answering, reading) == reading)
        {
            await gone.CancelAsync();
        }

        try
        {
            await Connection.SendAsync(stream, await answering, CancellationToken.None);
        }
        catch (IOException)
        {
            // The caller is gone.
        }
    }
}
