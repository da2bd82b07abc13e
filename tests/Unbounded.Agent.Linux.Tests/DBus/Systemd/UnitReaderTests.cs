using Microsoft.Extensions.Logging.Abstractions;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.DBus;
using Unbounded.Agent.Linux.DBus.Message;
using Unbounded.Agent.Linux.DBus.Systemd;
using Unbounded.Agent.Linux.Tests.DBus.Bus;
using Unbounded.Agent.Linux.Tests.DBus.Server;

namespace Unbounded.Agent.Linux.Tests.DBus.Systemd;

/// <summary>Properties as a systemd might send them, the next one's included.</summary>
public sealed class UnitReaderTests : IAsyncLifetime
{
    private PrivateBus _bus = null!;
    private BusServer _server = null!;
    private ISystemd _systemd = null!;
    private WriteBody _properties = _ => { };

    private static CancellationToken Limit => new CancellationTokenSource(TimeSpan.FromMinutes(2)).Token;

    public async Task InitializeAsync()
    {
        _bus = await PrivateBus.StartAsync();
        _server = await BusServer.StartAsync(_bus.Address, SystemdNames.Service, call => call.Member == "Subscribe"
            ? new Answer()
            : new Answer(w =>
            {
                w.OpenArray("{sv}");
                _properties(w);
                w.Close();
            }));
        _systemd = new SystemdConnector(new DBusOptions { HostAddress = _bus.Address }, TimeProvider.System, NullLoggerFactory.Instance).Host();
    }

    public async Task DisposeAsync()
    {
        await _systemd.DisposeAsync();
        await _server.DisposeAsync();
        await _bus.DisposeAsync();
    }

    [Fact]
    public async Task Read_NoProperties_AllDefaults() =>
        Assert.Equal(new UnitState(""), await _systemd.GetUnitAsync("a.service", Limit));

    [Fact]
    public async Task Read_Everything_EachInItsPlace()
    {
        _properties = w =>
        {
            Text(w, "Id", "kubelet.service");
            Text(w, "LoadState", "loaded");
            Text(w, "ActiveState", "reloading");
            Text(w, "SubState", "reload");
            Text(w, "Result", "success");
            Text(w, "UnitFileState", "enabled");
            Text(w, "ControlGroup", "/system.slice/kubelet.service");
            Number(w, "MainPID", 812);
            Number(w, "NRestarts", 3);
            Time(w, "StateChangeTimestamp", 1_700_000_000_123_456);
            Time(w, "ExecMainStartTimestampMonotonic", 90_500_000);
            Entry(w, "ExecMainStatus", "i", v => v.WriteInt32(-1));
            Entry(w, "ConditionResult", "b", v => v.WriteBoolean(true));
            Entry(w, "NeedDaemonReload", "b", v => v.WriteBoolean(true));
        };

        var expected = new UnitState("kubelet.service")
        {
            LoadState = "loaded",
            ActiveState = ActiveState.Reloading,
            SubState = "reload",
            Result = "success",
            UnitFileState = "enabled",
            ControlGroup = "/system.slice/kubelet.service",
            MainPid = 812,
            RestartCount = 3,
            StateChangedAt = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_123).AddMicroseconds(456),
            MainProcessStartedAt = TimeSpan.FromSeconds(90.5),
            ExecMainStatus = -1,
            ConditionResult = true,
            NeedsReload = true,
        };
        var read = await _systemd.GetUnitAsync("kubelet.service", Limit);
        Assert.Equal(expected, read);
        Assert.True(read is { IsActive: true, IsLoaded: true });
    }

    [Theory]
    [InlineData(0UL)]
    [InlineData(ulong.MaxValue)]
    public async Task Read_TimesThatMeanNever_Null(ulong microseconds)
    {
        _properties = w =>
        {
            Time(w, "StateChangeTimestamp", microseconds);
            Time(w, "ExecMainStartTimestampMonotonic", microseconds);
        };

        var state = await _systemd.GetUnitAsync("a.service", Limit);

        Assert.Equal((null, null), (state.StateChangedAt, state.MainProcessStartedAt));
    }

    [Fact]
    public async Task Read_TimesBeyondWhatCanBeHeld_NullAndNoOverflow()
    {
        _properties = w =>
        {
            Time(w, "StateChangeTimestamp", 253_402_300_800_000_000);
            Time(w, "ExecMainStartTimestampMonotonic", (ulong)long.MaxValue / 10 + 1);
            Number(w, "NRestarts", uint.MaxValue);
        };

        var state = await _systemd.GetUnitAsync("a.service", Limit);

        Assert.Equal((null, null, int.MaxValue), (state.StateChangedAt, state.MainProcessStartedAt, state.RestartCount));
    }

    [Fact]
    public async Task Read_PropertiesOfALaterSystemd_AreSteppedOver()
    {
        _properties = w =>
        {
            Entry(w, "Before", "as", v => v.WriteStrings(["a", "b"]));
            Entry(w, "Deep", "a(sa{sv})", v =>
            {
                v.OpenArray("(sa{sv})");
                v.OpenStruct("sa{sv}");
                v.WriteString("x");
                v.OpenArray("{sv}");
                Text(v, "ActiveState", "failed"); // not this unit's
                v.Close();
                v.Close();
                v.Close();
            });
            Text(w, "ActiveState", "active");
        };

        Assert.Equal(ActiveState.Active, (await _systemd.GetUnitAsync("a.service", Limit)).ActiveState);
    }

    [Theory]
    [InlineData("ActiveState")]
    [InlineData("InvocationID")]
    [InlineData("MainPID")]
    [InlineData("ExecMainStatus")]
    [InlineData("ConditionResult")]
    [InlineData("StateChangeTimestamp")]
    public async Task Read_PropertyOfAnotherType_Malformed(string property)
    {
        _properties = w => Entry(w, property, "(s)", v =>
        {
            v.OpenStruct("s");
            v.WriteString("?");
            v.Close();
        });

        var error = await Assert.ThrowsAsync<AgentException>(() => _systemd.GetUnitAsync("a.service", Limit));

        Assert.Equal(LinuxErrors.BusMessageMalformed, error.Code);
    }

    private static void Text(BusWriter writer, string name, string value) => Entry(writer, name, "s", v => v.WriteString(value));

    private static void Number(BusWriter writer, string name, uint value) => Entry(writer, name, "u", v => v.WriteUInt32(value));

    private static void Time(BusWriter writer, string name, ulong value) => Entry(writer, name, "t", v => v.WriteUInt64(value));

    private static void Entry(BusWriter writer, string name, string type, WriteBody value)
    {
        writer.OpenEntry("sv");
        writer.WriteString(name);
        writer.OpenVariant(type);
        value(writer);
        writer.Close();
        writer.Close();
    }
}
