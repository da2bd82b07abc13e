using Microsoft.Extensions.Logging.Abstractions;
using Unbounded.Agent.Linux.DBus;
using Unbounded.Agent.Linux.DBus.Systemd;
using Unbounded.Agent.Linux.Tests.DBus.Contract;
using Unbounded.Agent.TestHost.Hosts;

namespace Unbounded.Agent.Integration.DBus;

/// <summary>The systemd of a test host, reached over its bus from outside.</summary>
internal sealed class HostBackend : ISystemdBackend
{
    private readonly SystemdHost _host;

    public HostBackend(SystemdHost host)
    {
        _host = host;
        Systemd = Connector(host).Host();
    }

    public ISystemd Systemd { get; }

    public static SystemdConnector Connector(SystemdHost host) =>
        new(new DBusOptions { HostAddress = host.BusAddress }, TimeProvider.System, NullLoggerFactory.Instance);

    public async Task DefineAsync(string unit, UnitScript script)
    {
        await File.WriteAllTextAsync(_host.PathOf($"/etc/systemd/system/{unit}"), UnitFiles.Of(script));
        await Systemd.ReloadAsync();
    }

    public Task ReleaseAsync(string unit) => _host.ShellAsync(UnitFiles.Release(unit));

    public Task ReexecuteAsync() => _host.RunAsync("systemctl", "daemon-reexec");

    /// <summary>Leaves the shared host as it was: nothing of this test's runs or has failed.</summary>
    public async ValueTask DisposeAsync()
    {
        await Systemd.DisposeAsync();
        await _host.ShellAsync(UnitFiles.Clean);
    }
}
