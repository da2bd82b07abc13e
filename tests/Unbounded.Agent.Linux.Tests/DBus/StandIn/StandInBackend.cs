using Microsoft.Extensions.Logging.Abstractions;
using Unbounded.Agent.Linux.DBus;
using Unbounded.Agent.Linux.DBus.Systemd;
using Unbounded.Agent.Linux.Tests.DBus.Bus;
using Unbounded.Agent.Linux.Tests.DBus.Contract;

namespace Unbounded.Agent.Linux.Tests.DBus.StandIn;

/// <summary>The real client and a real bus, with a stand-in for systemd.</summary>
internal sealed class StandInBackend : ISystemdBackend
{
    private StandInBackend(PrivateBus bus, SystemdStandIn standIn, DBusOptions options)
    {
        Bus = bus;
        StandIn = standIn;
        Systemd = new SystemdConnector(options with { HostAddress = bus.Address }, TimeProvider.System, NullLoggerFactory.Instance).Host();
    }

    public PrivateBus Bus { get; }

    public SystemdStandIn StandIn { get; }

    public ISystemd Systemd { get; }

    public static async Task<StandInBackend> StartAsync(DBusOptions? options = null)
    {
        var bus = await PrivateBus.StartAsync();
        return new StandInBackend(bus, await SystemdStandIn.StartAsync(bus.Address), options ?? new DBusOptions());
    }

    public Task DefineAsync(string unit, UnitScript script) => StandIn.DoAsync(model => model.Define(unit, script));

    public Task ReleaseAsync(string unit) => StandIn.DoAsync(model => model.Release(unit));

    public Task ReexecuteAsync() => StandIn.ReexecuteAsync();

    public async ValueTask DisposeAsync()
    {
        await Systemd.DisposeAsync();
        await StandIn.DisposeAsync();
        await Bus.DisposeAsync();
    }
}
