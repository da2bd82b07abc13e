using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Unbounded.Agent.Linux.Notify;
using Unbounded.Agent.Linux.Tests.Support;

namespace Unbounded.Agent.Linux.Tests.Notify;

/// <summary>Alone: it changes the environment of the process, which a program that another test starts would get, and speak up in it.</summary>
[Collection(Alone.Name)]
public sealed class NotifierEnvironmentTests : IDisposable
{
    private readonly NotifySocket _socket = new(isAbstract: false);

    public void Dispose() => _socket.Dispose();

    [Fact]
    public void FromEnvironment_Variables_AreUsedAndTakenOutOfIt()
    {
        Environment.SetEnvironmentVariable("NOTIFY_SOCKET", _socket.Address);
        Environment.SetEnvironmentVariable("WATCHDOG_USEC", "30000000");
        Environment.SetEnvironmentVariable("WATCHDOG_PID", Environment.ProcessId.ToString(CultureInfo.InvariantCulture));

        using var notifier = ServiceNotifier.FromEnvironment(NullLogger<ServiceNotifier>.Instance);
        notifier.KeepAlive();

        Assert.Equal(TimeSpan.FromSeconds(30), notifier.WatchdogTimeout);
        Assert.Equal("WATCHDOG=1", _socket.Receive());
        Assert.All(["NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"], v => Assert.Null(Environment.GetEnvironmentVariable(v)));
    }
}
