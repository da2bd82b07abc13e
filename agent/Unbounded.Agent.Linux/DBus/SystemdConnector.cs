using Microsoft.Extensions.Logging;
using Unbounded.Agent.Linux.DBus.Connection;
using Unbounded.Agent.Linux.DBus.Login;
using Unbounded.Agent.Linux.DBus.Machined;
using Unbounded.Agent.Linux.DBus.Session;
using Unbounded.Agent.Linux.DBus.Systemd;

namespace Unbounded.Agent.Linux.DBus;

/// <summary>Finds systemds through libsystemd's sd-bus.</summary>
public sealed class SystemdConnector : ISystemdConnector
{
    private readonly DBusOptions _options;
    private readonly TimeProvider _time;
    private readonly ILoggerFactory _loggers;

    /// <summary>Creates a connector; nothing is connected.</summary>
    /// <param name="options">Addresses and times.</param>
    /// <param name="time">The clock of all timeouts.</param>
    /// <param name="loggers">For lost and found connections.</param>
    public SystemdConnector(DBusOptions options, TimeProvider time, ILoggerFactory loggers)
    {
        _options = options;
        _time = time;
        _loggers = loggers;
    }

    /// <inheritdoc/>
    public ISystemd Host() => NewSystemd(BusAddress.Host(_options.HostAddress), null);

    /// <inheritdoc/>
    public ISystemd InMachine(int leader) => NewSystemd(BusAddress.InMachine(leader), new MachineLeader(leader));

    /// <inheritdoc/>
    public IMachined Machined() => new MachinedClient(NewSession(
        BusAddress.Host(_options.HostAddress), Options(MachinedNames.Service) with { StartsOnDemand = true }, null));

    /// <summary>The host's login manager. It connects when it is first used, and is the caller's to dispose.</summary>
    public ILogin Login() => new LoginClient(NewSession(
        BusAddress.Host(_options.HostAddress), Options(LoginNames.Service) with { StartsOnDemand = true }, null));

    private SystemdClient NewSystemd(BusAddress address, MachineLeader? leader) => new(NewSession(
        address, Options(SystemdNames.Service) with { OnFound = SystemdClient.SubscribeAsync }, leader));

    private BusSession NewSession(BusAddress address, BusSessionOptions options, MachineLeader? leader) =>
        new(address, options, leader, _loggers.CreateLogger("Unbounded.Agent.Linux.DBus"));

    private BusSessionOptions Options(string service) => new()
    {
        Service = service,
        Time = _time,
        ConnectTimeout = _options.ConnectTimeout,
        CallTimeout = _options.CallTimeout,
        ReturnTimeout = _options.ReturnTimeout,
    };
}
