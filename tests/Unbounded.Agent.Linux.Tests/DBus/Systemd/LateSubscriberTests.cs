using Microsoft.Extensions.Logging.Abstractions;
using Unbounded.Agent.Linux.DBus.Connection;
using Unbounded.Agent.Linux.DBus.Message;
using Unbounded.Agent.Linux.DBus.Session;
using Unbounded.Agent.Linux.DBus.Systemd;
using Unbounded.Agent.Linux.Tests.DBus.Contract;
using Unbounded.Agent.Linux.Tests.DBus.StandIn;

namespace Unbounded.Agent.Linux.Tests.DBus.Systemd;

/// <summary>Planted on purpose: a client that asks first and listens then. What it misses is what the product's client sees.</summary>
public sealed class LateSubscriberTests
{
    private const string Unit = "short.service";
    private const uint Later = 1_000_000;

    [Fact]
    public async Task Law07_AClientThatSubscribesAfterItsCall_IsFound()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        await using var backend = await StandInBackend.StartAsync();
        backend.StandIn.EndsJobsBeforeAnswering = true;
        await backend.DefineAsync(Unit, UnitScript.Fails);
        await using var session = new BusSession(
            new BusAddress(backend.Bus.Address, "the test's bus"), new BusSessionOptions { Service = SystemdNames.Service }, null, NullLogger.Instance);
        var watch = new JobWatch();

        var job = await session.CallOnceAsync(Start(), static reader => reader.ReadObjectPath(), limit.Token);
        using var late = await session.SubscribeAsync(new SignalMatch(SystemdNames.Manager, "JobRemoved", SystemdNames.ManagerPath), watch, limit.Token);

        // What is sent from now on arrives, in its order; the end of its own job had been sent before.
        var later = StandInProperties.JobRemoved(Later, Unit, "done");
        await backend.StandIn.SendAsync([later]);
        Assert.Equal("done", await watch.NextAsync(StandInProperties.JobRoot + Later, limit.Token));
        Assert.Null(watch.TryGetResult(job));
        Assert.Equal("StartUnit", backend.StandIn.Calls[0]);
    }

    private static BusCall Start() => new(
        SystemdNames.Service,
        SystemdNames.ManagerPath,
        SystemdNames.Manager,
        "StartUnit",
        w =>
        {
            w.WriteString(Unit);
            w.WriteString(SystemdNames.Word(JobMode.Replace));
        });
}
