using Unbounded.Agent.Linux.DBus.Connection;
using Unbounded.Agent.Linux.Tests.Support;

namespace Unbounded.Agent.Linux.Tests.DBus.Connection;

/// <summary>Alone: it changes the environment of the process.</summary>
[Collection(Alone.Name)]
public sealed class BusAddressTests
{
    [Fact]
    public void Host_Explicit_BeatsTheEnvironment()
    {
        using var variable = new Variable("unix:path=/from/environment");

        Assert.Equal("unix:path=/given", BusAddress.Host("unix:path=/given").Value);
        Assert.Equal("unix:path=/from/environment", BusAddress.Host().Value);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void Host_NothingSet_WellKnownSocket(string? value)
    {
        using var variable = new Variable(value);

        Assert.Equal("unix:path=/run/dbus/system_bus_socket", BusAddress.Host().Value);
    }

    [Fact]
    public void InMachine_Leader_IsReachedThroughItsRoot() =>
        Assert.Equal("unix:path=/proc/4711/root/run/dbus/system_bus_socket", BusAddress.InMachine(4711).Value);

    private sealed class Variable : IDisposable
    {
        private const string Name = "DBUS_SYSTEM_BUS_ADDRESS";
        private readonly string? _before = Environment.GetEnvironmentVariable(Name);

        public Variable(string? value) => Environment.SetEnvironmentVariable(Name, value);

        public void Dispose() => Environment.SetEnvironmentVariable(Name, _before);
    }
}
