using System.IO.Enumeration;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Unbounded.Agent.Linux.DBus.Systemd;

namespace Unbounded.Agent.Machines.Tests.Support;

internal sealed partial class FakeSystemd
{
    private readonly List<(string Unit, ChannelWriter<UnitState> Writer)> _watchers = [];
    private readonly List<ChannelWriter<SystemState>> _systemWatchers = [];

    public Task<UnitState> GetUnitAsync(string unit, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ThrowIfBroken();
        return Task.FromResult(Peek(unit));
    }

    public Task<IReadOnlyList<UnitSummary>> ListUnitsAsync(
        IReadOnlyCollection<string> patterns, IReadOnlyCollection<string> states, CancellationToken cancellationToken = default)
    {
        ThrowIfBroken();
        lock (_gate)
        {
            return Task.FromResult<IReadOnlyList<UnitSummary>>([.. _units.Values
                .Where(u => patterns.Count == 0 || patterns.Any(p => FileSystemName.MatchesSimpleExpression(p, u.State.Name, ignoreCase: false)))
                .Where(u => states.Count == 0 || states.Contains(u.State.ActiveState.ToString().ToLowerInvariant()))
                .Select(u => new UnitSummary(u.State.Name, "", u.State.LoadState, u.State.ActiveState, u.State.SubState))]);
        }
    }

    public Task<SystemState> GetSystemStateAsync(CancellationToken cancellationToken = default)
    {
        ThrowIfBroken();
        lock (_gate)
        {
            return Task.FromResult(Current());
        }
    }

    public async IAsyncEnumerable<UnitState> WatchUnitAsync(string unit, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var channel = Channel.CreateUnbounded<UnitState>();
        lock (_gate)
        {
            _watchers.Add((unit, channel.Writer));
        }

        yield return Peek(unit);
        await foreach (var state in channel.Reader.ReadAllAsync(cancellationToken))
        {
            yield return state;
        }
    }

    public async IAsyncEnumerable<SystemState> WatchSystemStateAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var channel = Channel.CreateUnbounded<SystemState>();
        lock (_gate)
        {
            _systemWatchers.Add(channel.Writer);
            channel.Writer.TryWrite(Current());
        }

        await foreach (var state in channel.Reader.ReadAllAsync(cancellationToken))
        {
            yield return state;
        }
    }

    private UnitState Peek(string unit)
    {
        lock (_gate)
        {
            return _units.TryGetValue(unit, out var found)
                ? found.State
                : new UnitState(unit) { LoadState = "not-found", ActiveState = ActiveState.Inactive, SubState = "dead" };
        }
    }

    private void Set(FakeUnit unit, UnitState state)
    {
        lock (_gate)
        {
            var before = Current();
            unit.State = state;
            _watchers.Where(w => w.Unit == state.Name).ToList().ForEach(w => w.Writer.TryWrite(state));
            if (Current() is var now && now != before)
            {
                _systemWatchers.ForEach(w => w.TryWrite(now));
            }
        }
    }

    private SystemState Current() =>
        System ?? (_units.Values.Any(u => u.State.ActiveState == ActiveState.Failed) ? SystemState.Degraded : SystemState.Running);
}
