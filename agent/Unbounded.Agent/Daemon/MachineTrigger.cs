using Microsoft.Extensions.Logging;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.DBus.Machined;

namespace Unbounded.Agent.Daemon;

/// <summary>
/// Says when machined registers or forgets a machine of the agent's. Only a hint to look at the units: a machine lives when its service does (law 13).
/// </summary>
internal sealed partial class MachineTrigger(IMachined machined, TimeProvider time, ILogger<MachineTrigger> logger)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    /// <summary>Watches machines until it is cancelled.</summary>
    /// <param name="names">Their names; others are somebody else's.</param>
    /// <param name="changed">Called after each change.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task WatchAsync(IReadOnlyCollection<string> names, Action changed, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                var stands = false;
                await foreach (var change in machined.WatchAsync(cancellationToken))
                {
                    // The first says no more than that the watch stands.
                    if (stands && (change.Kind == MachineEventKind.Missed || names.Contains(change.Name, StringComparer.Ordinal)))
                        changed();
                    stands = true;
                }
            }
            catch (AgentException e)
            {
                LogLost(e);
            }

            // What happens meanwhile is missed.
            await Task.Delay(Pause, time, cancellationToken);
            changed();
        }
    }
}
