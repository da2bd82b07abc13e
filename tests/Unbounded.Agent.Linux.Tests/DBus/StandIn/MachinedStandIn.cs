using Unbounded.Agent.Linux.DBus.Machined;
using Unbounded.Agent.Linux.DBus.Message;
using Unbounded.Agent.Linux.Tests.DBus.Server;

namespace Unbounded.Agent.Linux.Tests.DBus.StandIn;

/// <summary>Serves org.freedesktop.machine1 on a test's bus.</summary>
internal sealed class MachinedStandIn : IAsyncDisposable
{
    private const string Root = "/org/freedesktop/machine1/machine/";
    private readonly string _address;
    private BusServer? _server;

    private MachinedStandIn(string address) => _address = address;

    /// <summary>Names and leaders; taken under its own lock.</summary>
    public Dictionary<string, uint> Machines { get; } = new(StringComparer.Ordinal);

    /// <summary>What UnregisterMachine answers, null for what it should.</summary>
    public ServerException? Refusal { get; set; }

    public static async Task<MachinedStandIn> StartAsync(string address)
    {
        var standIn = new MachinedStandIn(address);
        await standIn.StartAsync();
        return standIn;
    }

    public async Task StartAsync() => _server = await BusServer.StartAsync(_address, MachinedNames.Service, Handle);

    public async Task RegisterAsync(string name, uint leader)
    {
        lock (Machines)
            Machines[name] = leader;
        await AnnounceAsync("MachineNew", name);
    }

    public Task AnnounceAsync(string signal, string name) => _server!.EmitAsync(MachinedNames.ManagerPath, MachinedNames.Manager, signal, w =>
    {
        w.WriteString(name);
        w.WriteObjectPath(Root + name);
    });

    public async Task StopAsync()
    {
        if (_server is { } server)
            await server.DisposeAsync();
        _server = null;
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    private Answer Handle(ServerCall call)
    {
        lock (Machines)
        {
            return call.Member switch
            {
                "GetMachine" => Path(call.Arguments.ReadString()),
                "GetAll" => Properties(call.Path[Root.Length..]),
                "ListMachines" => List(),
                "UnregisterMachine" => Unregister(call.Arguments.ReadString()),
                _ => throw new ServerException("org.freedesktop.DBus.Error.UnknownMethod", call.Member),
            };
        }
    }

    private uint Leader(string name) => Machines.TryGetValue(name, out var leader)
        ? leader
        : throw new ServerException("org.freedesktop.machine1.NoSuchMachine", $"No machine '{name}' known");

    private Answer Path(string name)
    {
        Leader(name);
        return new Answer(w => w.WriteObjectPath(Root + name));
    }

    private Answer Unregister(string name)
    {
        if (Refusal is { } refusal)
            throw refusal;
        Leader(name);
        Machines.Remove(name);
        return new Answer();
    }

    private Answer List()
    {
        var names = Machines.Keys.ToList();
        return new Answer(w =>
        {
            w.OpenArray("(ssso)");
            foreach (var name in names)
            {
                w.OpenStruct("ssso");
                w.WriteString(name);
                w.WriteString("container");
                w.WriteString("systemd-nspawn");
                w.WriteObjectPath(Root + name);
                w.Close();
            }

            w.Close();
        });
    }

    private Answer Properties(string name)
    {
        var leader = Leader(name);
        return new Answer(w =>
        {
            w.OpenArray("{sv}");
            Text(w, "Name", name);
            Text(w, "Class", "container");
            Text(w, "Service", "systemd-nspawn");
            Text(w, "Unit", $"systemd-nspawn@{name}.service");
            Text(w, "State", "running");
            Text(w, "RootDirectory", $"/var/lib/machines/{name}");
            Text(w, "OfALaterVersion", "ignored");
            w.OpenEntry("sv");
            w.WriteString("Leader");
            w.OpenVariant("u");
            w.WriteUInt32(leader);
            w.Close();
            w.Close();
            w.Close();
        });
    }

    private static void Text(BusWriter writer, string name, string value)
    {
        writer.OpenEntry("sv");
        writer.WriteString(name);
        writer.OpenVariant("s");
        writer.WriteString(value);
        writer.Close();
        writer.Close();
    }
}
