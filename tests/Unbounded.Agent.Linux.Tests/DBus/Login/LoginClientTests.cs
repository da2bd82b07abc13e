using Microsoft.Extensions.Logging.Abstractions;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.DBus;
using Unbounded.Agent.Linux.DBus.Login;
using Unbounded.Agent.Linux.Tests.DBus.Bus;
using Unbounded.Agent.Linux.Tests.DBus.Server;
using Unbounded.Agent.Linux.Tests.DBus.StandIn;

namespace Unbounded.Agent.Linux.Tests.DBus.Login;

public sealed class LoginClientTests : IAsyncLifetime
{
    private PrivateBus _bus = null!;
    private LoginStandIn _standIn = null!;
    private ILogin _login = null!;

    private static CancellationToken Limit => new CancellationTokenSource(TimeSpan.FromMinutes(2)).Token;

    public async Task InitializeAsync()
    {
        _bus = await PrivateBus.StartAsync();
        _standIn = await LoginStandIn.StartAsync(_bus.Address);
        _login = new SystemdConnector(
            new DBusOptions { HostAddress = _bus.Address, ReturnTimeout = TimeSpan.FromMinutes(1) },
            TimeProvider.System,
            NullLoggerFactory.Instance).Login();
    }

    public async Task DisposeAsync()
    {
        await _login.DisposeAsync();
        await _standIn.DisposeAsync();
        await _bus.DisposeAsync();
    }

    [Fact]
    public async Task SetRebootParameterAsync_AWord_IsWhatIsReadAndWhatTheManagerKeeps()
    {
        await _login.SetRebootParameterAsync("0 tryboot", Limit);

        Assert.Equal(("0 tryboot", "0 tryboot"), (await _login.GetRebootParameterAsync(Limit), _standIn.Parameter));
    }

    [Fact]
    public async Task SetRebootParameterAsync_Nothing_TakesItAway()
    {
        _standIn.Parameter = "0 tryboot";

        await _login.SetRebootParameterAsync("", Limit);

        Assert.Equal("", await _login.GetRebootParameterAsync(Limit));
    }

    [Fact]
    public async Task GetRebootParameterAsync_NoneSet_Empty() => Assert.Equal("", await _login.GetRebootParameterAsync(Limit));

    [Fact]
    public async Task SetRebootParameterAsync_InAContainer_SaysWhatTheManagerSays()
    {
        _standIn.Refusal = new ServerException("org.freedesktop.DBus.Error.NotSupported", "Reboot parameter not supported in containers, refusing.");

        var error = await Assert.ThrowsAsync<AgentException>(() => _login.SetRebootParameterAsync("0 tryboot", Limit));

        Assert.Equal(LinuxErrors.BusCallFailed, error.Code);
        Assert.Contains("containers", error.Why, StringComparison.Ordinal);
        Assert.Equal("", _standIn.Parameter);
    }
}
