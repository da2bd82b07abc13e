using Microsoft.Extensions.Logging;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.DBus.Systemd;

namespace Unbounded.Agent.Daemon;

/// <summary>Says when a unit changes its state, as systemd signals it.</summary>
internal sealed partial class UnitTrigger(ISystemd systemd, TimeProvider time, ILogger<UnitTrigger> logger)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    /// <summary>Watches a unit until it is cancelled.</summary>
    /// <param name="unit">The unit.</param>
    /// <param name="changed">Called after each change.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task WatchAsync(string unit, Action changed, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                ActiveState? before = null;
                await foreach (var state in systemd.WatchUnitAsync(unit, cancellationToken))
                {
                    if (before is not null && before != state.ActiveState)
                        changed();
                    before = state.ActiveState;
                }
            }
            catch (AgentException e)
            {
                // What happened meanwhile was missed.
                LogLost(unit, e);
                await Task.Delay(Pause, time, cancellationToken);
                changed();
            }
        }
    }
}
