using Microsoft.Extensions.Logging;
using Unbounded.Agent.Linux.DBus.Systemd;

namespace Unbounded.Agent.Daemon;

/// <summary>Says when a unit changes its state, as systemd signals it.</summary>
internal sealed partial class UnitTrigger(ISystemd systemd, TimeProvider time, ILogger<UnitTrigger> logger)
{
    /// <summary>Watches a unit until it is cancelled.</summary>
    /// <param name="unit">The unit.</param>
    /// <param name="changed">Called after each change.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public Task WatchAsync(string unit, Action changed, CancellationToken cancellationToken) => LastingWatch.RunAsync(
        () => systemd.WatchUnitAsync(unit, cancellationToken),
        (before, now) => before.ActiveState != now.ActiveState,
        changed,
        e => LogLost(unit, e),
        time,
        cancellationToken);
}
