using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using NSubstitute;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Daemon;
using Unbounded.Agent.Linux;
using Unbounded.Agent.Linux.DBus.Machined;
using Unbounded.Agent.Linux.Tests;

namespace Unbounded.Agent.Tests.Daemon;

public sealed class MachineTriggerTests
{
    private static readonly MachineEvent Missed = new(MachineEventKind.Missed, "");

    private readonly IMachined _machined = Substitute.For<IMachined>();
    private readonly ManualTime _time = new();
    private readonly Channel<bool> _changes = Channel.CreateUnbounded<bool>();
    private readonly CancellationTokenSource _end = new();

    [Fact]
    public async Task Watch_ItsOwnMachinesComingAndGoing_AreChanges()
    {
        var events = Watching();
        await events.WriteAsync(Missed);
        await events.WriteAsync(new(MachineEventKind.Registered, "kube2"));
        await events.WriteAsync(new(MachineEventKind.Removed, "kube1"));

        await NextChangeAsync();
        await NextChangeAsync();
        Assert.False(_changes.Reader.TryRead(out _));
    }

    [Fact]
    public async Task Watch_SomebodyElsesMachine_IsNoChange()
    {
        var events = Watching();
        await events.WriteAsync(Missed);
        await events.WriteAsync(new(MachineEventKind.Registered, "build"));
        await events.WriteAsync(new(MachineEventKind.Registered, "kube1"));

        await NextChangeAsync();
        Assert.False(_changes.Reader.TryRead(out _));
    }

    [Fact]
    public async Task Watch_MachinedRestarted_IsAChange()
    {
        var events = Watching();
        await events.WriteAsync(Missed);
        await events.WriteAsync(Missed);

        await NextChangeAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Watch_ThatEnds_IsTakenUpAgainAndCountsAsAChange(bool withError)
    {
        var events = Watching();
        events.Complete(withError ? new AgentException(LinuxErrors.BusConnectionLost, "the bus went", "it was restarted", "wait") : null);

        await _time.WhenArmedAsync(TimeSpan.FromSeconds(10));
        var again = Watching(start: false);
        _time.Advance(TimeSpan.FromSeconds(10));
        await NextChangeAsync();
        await again.WriteAsync(Missed);
        await again.WriteAsync(new(MachineEventKind.Registered, "kube1"));

        await NextChangeAsync();
    }

    private ChannelWriter<MachineEvent> Watching(bool start = true)
    {
        var events = Channel.CreateUnbounded<MachineEvent>();
        _machined.WatchAsync(Arg.Any<CancellationToken>()).Returns(events.Reader.ReadAllAsync());
        if (start)
        {
            _ = new MachineTrigger(_machined, _time, NullLogger<MachineTrigger>.Instance)
                .WatchAsync(["kube1", "kube2"], () => _changes.Writer.TryWrite(true), _end.Token);
        }

        return events.Writer;
    }

    private async Task NextChangeAsync() => await _changes.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromMinutes(1));
}
