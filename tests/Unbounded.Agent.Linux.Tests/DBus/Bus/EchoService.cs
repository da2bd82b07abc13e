using Unbounded.Agent.Linux.DBus.Connection;
using Unbounded.Agent.Linux.DBus.Message;
using Unbounded.Agent.Linux.Tests.DBus.Server;

namespace Unbounded.Agent.Linux.Tests.DBus.Bus;

/// <summary>A service with one method of each temper.</summary>
internal static class EchoService
{
    public const string Name = "org.example.Echo";

    public static Task<BusServer> StartAsync(PrivateBus bus) => BusServer.StartAsync(bus.Address, Name, static call => call.Member switch
    {
        "Echo" => Echo(call.Arguments.ReadString()),
        "Sum" => Sum(call.Arguments.ReadUInt32(), call.Arguments.ReadUInt32()),
        "Nothing" => new Answer(),
        "Hang" => null,
        _ => throw new ServerException("org.example.Error.Refused", "no such thing here"),
    });

    public static BusCall Call(string member, WriteBody? body = null) => new(Name, "/org/example", "org.example.Iface", member, body);

    public static Task<string> EchoAsync(BusConnection connection, string text) =>
        connection.CallAsync(Call("Echo", w => w.WriteString(text)), r => r.ReadString(), CancellationToken.None);

    private static Answer Echo(string text) => new(w => w.WriteString(text));

    private static Answer Sum(uint a, uint b) => new(w => w.WriteUInt32(a + b));
}
