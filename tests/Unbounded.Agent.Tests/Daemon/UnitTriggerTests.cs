using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using NSubstitute;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Daemon;
using Unbounded.Agent.Linux;
using Unbounded.Agent.Linux.DBus.Systemd;
using Unbounded.Agent.Linux.Tests;

namespace Unbounded.Agent.Tests.Daemon;

public sealed class UnitTriggerTests
{
    private const string Unit = "systemd-nspawn@kube1.service";

    private readonly ISystemd _systemd = Substitute.For<ISystemd>();
    private readonly ManualTime _time = new();
    private readonly Channel<bool> _changes = Channel.CreateUnbounded<bool>();
    private readonly CancellationTokenSource _end = new();

    [Fact]
    public async Task Watch_TheFirstState_IsNoChange()
    {
        var states = Watching();
        await states.WriteAsync(State(ActiveState.Active));
        await states.WriteAsync(State(ActiveState.Active, "reloaded"));
        await states.WriteAsync(State(ActiveState.Failed));

        await NextChangeAsync();

        Assert.False(_changes.Reader.TryRead(out _));
    }

    [Fact]
    public async Task Watch_EachChangeOfTheState_IsOne()
    {
        var states = Watching();
        foreach (var state in (ActiveState[])[ActiveState.Active, ActiveState.Deactivating, ActiveState.Inactive, ActiveState.Activating, ActiveState.Active])
            await states.WriteAsync(State(state));

        for (var i = 0; i < 4; i++)
            await NextChangeAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Watch_ThatEnds_IsTakenUpAgainAndCountsAsAChange(bool withError)
    {
        var states = Watching();
        states.Complete(withError ? new AgentException(LinuxErrors.BusConnectionLost, "the bus went", "it was restarted", "wait") : null);

        await _time.WhenArmedAsync(TimeSpan.FromSeconds(10));
        var again = Watching(start: false);
        _time.Advance(TimeSpan.FromSeconds(10));
        await NextChangeAsync();
        await again.WriteAsync(State(ActiveState.Active));
        await again.WriteAsync(State(ActiveState.Failed));

        await NextChangeAsync();
    }

    private static UnitState State(ActiveState state, string sub = "") => new(Unit) { ActiveState = state, SubState = sub };

    private ChannelWriter<UnitState> Watching(bool start = true)
    {
        var states = Channel.CreateUnbounded<UnitState>();
        _systemd.WatchUnitAsync(Unit, Arg.Any<CancellationToken>()).Returns(states.Reader.ReadAllAsync());
        if (start)
            _ = new UnitTrigger(_systemd, _time, NullLogger<UnitTrigger>.Instance).WatchAsync(Unit, () => _changes.Writer.TryWrite(true), _end.Token);
        return states.Writer;
    }

    private async Task NextChangeAsync() => await _changes.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromMinutes(1));
}
