using Unbounded.Agent.Linux.DBus.Connection;
using Unbounded.Agent.Linux.Tests.DBus.Bus;
using Unbounded.Agent.Linux.Tests.Support;

namespace Unbounded.Agent.Linux.Tests.DBus.Connection;

/// <summary>Alone: it counts the descriptors of the whole process.</summary>
[Collection(Alone.Name)]
public sealed class BusConnectionLeakTests
{
    [Fact]
    public async Task DisposeAsync_ManyTimes_LeavesNoThreadAndNoDescriptor()
    {
        await using var bus = await PrivateBus.StartAsync();
        await DisposeOneAsync(); // what a first connection loads stays
        var before = Directory.GetFiles("/proc/self/fd").Length;

        for (var i = 0; i < 20; i++)
            await DisposeOneAsync();

        Assert.True(
            SpinWait.SpinUntil(() => !BusThreads.Names().Contains("dbus-passing"), TimeSpan.FromMinutes(1)), // its last instructions
            "a disposed connection's thread lives on");
        Assert.InRange(Directory.GetFiles("/proc/self/fd").Length, 0, before + 10); // a connection has several

        async Task DisposeOneAsync()
        {
            var one = await BusConnection.ConnectAsync(new BusAddress(bus.Address, "one more"), new BusConnectionOptions { ThreadName = "dbus-passing" }, CancellationToken.None);
            await one.DisposeAsync();
        }
    }
}
