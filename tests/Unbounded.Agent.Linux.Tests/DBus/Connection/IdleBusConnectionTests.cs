using Unbounded.Agent.Linux.DBus.Connection;
using Unbounded.Agent.Linux.DBus.Message;
using Unbounded.Agent.Linux.Tests.DBus.Bus;
using Unbounded.Agent.Linux.Tests.Support;

namespace Unbounded.Agent.Linux.Tests.DBus.Connection;

/// <summary>Alone: the end of a process that another test started is a signal, which may wake any thread of this one.</summary>
[Collection(Alone.Name)]
public sealed class IdleBusConnectionTests
{
    [Fact]
    public async Task Wait_IdleConnection_NeverWakes()
    {
        await using var bus = await PrivateBus.StartAsync();
        await using var connection = await BusConnection.ConnectAsync(
            new BusAddress(bus.Address, "an idle bus"), new BusConnectionOptions { ThreadName = "dbus-idle" }, CancellationToken.None);
        var thread = BusThreads.Find("dbus-idle");
        // The bus' greeting comes before its answer.
        await connection.CallAsync(new BusCall("org.freedesktop.DBus", "/", "org.freedesktop.DBus", "GetId"), CancellationToken.None);
        Assert.True(SpinWait.SpinUntil(() => BusThreads.IsInPoll(thread), TimeSpan.FromMinutes(1)), "the connection's thread does not come to rest");
        var before = Wakeups(thread);

        // only time can show that nothing happens in it
        await Task.Delay(TimeSpan.FromSeconds(2));

        Assert.Equal(before, Wakeups(thread));
    }

    private static string Wakeups(string thread) =>
        File.ReadLines($"{thread}/status").Single(l => l.StartsWith("voluntary_ctxt_switches:", StringComparison.Ordinal));
}
