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

        // A signal to the whole process wakes a thread once; one that wakes by itself does so again and again.
        var isQuiet = false;
        for (var look = 0; look < 10 && !isQuiet; look++)
            isQuiet = await IsQuietAsync(thread);
        Assert.True(isQuiet, "the thread of an idle connection wakes again and again");
    }

    private static async Task<bool> IsQuietAsync(string thread)
    {
        var before = Wakeups(thread);
        // only time can show that nothing happens in it
        await Task.Delay(TimeSpan.FromSeconds(2));
        return Wakeups(thread) == before;
    }

    private static string Wakeups(string thread) =>
        File.ReadLines($"{thread}/status").Single(l => l.StartsWith("voluntary_ctxt_switches:", StringComparison.Ordinal));
}
