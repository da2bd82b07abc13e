using System.Runtime.CompilerServices;
using Unbounded.Agent.Linux.DBus.Message;
using Unbounded.Agent.Linux.DBus.Session;

namespace Unbounded.Agent.Linux.DBus.Systemd;

/// <summary>Watching. A signal only says that there is something to read: what is read belongs together.</summary>
internal sealed partial class SystemdClient
{
    /// <summary>Units whose state or jobs are part of <see cref="SystemState"/>, which itself is announced by no signal.</summary>
    private static readonly string[] SystemStateTargets = ["basic.target", "rescue.target", "emergency.target", "shutdown.target"];

    /// <inheritdoc/>
    public async IAsyncEnumerable<UnitState> WatchUnitAsync(
        string unit, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        // signals carry the primary name's path
        var name = (await GetUnitAsync(unit, cancellationToken)).Name;
        var watch = new ChangeWatch();
        using var subscription = await _session.SubscribeAsync(Changes(SystemdNames.UnitPath(name)), watch, cancellationToken);
        UnitState? last = null;
        while (true)
        {
            var now = await GetUnitAsync(name, cancellationToken);
            if (now != last)
                yield return last = now;
            await watch.NextAsync(cancellationToken);
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<SystemState> WatchSystemStateAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var watch = new ChangeWatch();
        var subscriptions = new List<BusSubscription>();
        try
        {
            subscriptions.Add(await _session.SubscribeAsync(
                new SignalMatch(SystemdNames.Manager, "StartupFinished", SystemdNames.ManagerPath), watch, cancellationToken));
            subscriptions.Add(await _session.SubscribeAsync(Changes(SystemdNames.ManagerPath), watch, cancellationToken));
            foreach (var target in SystemStateTargets)
                subscriptions.Add(await _session.SubscribeAsync(Changes(SystemdNames.UnitPath(target)), watch, cancellationToken));
            SystemState? last = null;
            while (true)
            {
                var now = await GetSystemStateAsync(cancellationToken);
                if (now != last)
                {
                    last = now;
                    yield return now;
                }

                await watch.NextAsync(cancellationToken);
            }
        }
        finally
        {
            foreach (var subscription in subscriptions)
                subscription.Dispose();
        }
    }

    private static SignalMatch Changes(string path) => new(SystemdNames.Properties, SystemdNames.PropertiesChanged, path);
}
