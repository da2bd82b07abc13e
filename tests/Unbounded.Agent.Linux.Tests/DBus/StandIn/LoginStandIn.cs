using Unbounded.Agent.Linux.DBus.Login;
using Unbounded.Agent.Linux.Tests.DBus.Server;

namespace Unbounded.Agent.Linux.Tests.DBus.StandIn;

/// <summary>Serves org.freedesktop.login1 on a test's bus, as far as reboot parameters go.</summary>
internal sealed class LoginStandIn : IAsyncDisposable
{
    private BusServer? _server;

    /// <summary>What the next reboot passes on.</summary>
    public string Parameter { get; set; } = "";

    /// <summary>What SetRebootParameter answers, null for what it should.</summary>
    public ServerException? Refusal { get; set; }

    public static async Task<LoginStandIn> StartAsync(string address)
    {
        var standIn = new LoginStandIn();
        standIn._server = await BusServer.StartAsync(address, LoginNames.Service, standIn.Handle);
        return standIn;
    }

    public async ValueTask DisposeAsync() => await _server!.DisposeAsync();

    private Answer Handle(ServerCall call)
    {
        switch (call.Member)
        {
            case "SetRebootParameter" when call.Path == LoginNames.ManagerPath && call.Interface == LoginNames.Manager:
                Parameter = Refusal is { } refusal ? throw refusal : call.Arguments.ReadString();
                return new Answer();
            case "Get" when call.Arguments.ReadString() == LoginNames.Manager && call.Arguments.ReadString() == LoginNames.RebootParameter:
                var value = Parameter;
                return new Answer(w =>
                {
                    w.OpenVariant("s");
                    w.WriteString(value);
                    w.Close();
                });
            default:
                throw new ServerException("org.freedesktop.DBus.Error.UnknownMethod", call.Member);
        }
    }
}
