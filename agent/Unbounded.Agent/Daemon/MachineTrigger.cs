using Microsoft.Extensions.Logging;
using Unbounded.Agent.Linux.DBus.Machined;

namespace Unbounded.Agent.Daemon;

/// <summary>
/// Says when machined registers or forgets a machine of the agent's. Only a hint to look at the units: a machine lives when its service does (law 13).
/// </summary>
internal sealed partial class MachineTrigger(IMachined machined, TimeProvider time, ILogger<MachineTrigger> logger)
{
    /// <summary>Watches machines until it is cancelled.</summary>
    /// <param name="names">Their names; others are somebody else's.</param>
    /// <param name="changed">Called after each change.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public Task WatchAsync(IReadOnlyCollection<string> names, Action changed, CancellationToken cancellationToken) => LastingWatch.RunAsync(
        () => machined.WatchAsync(cancellationToken),
        // The first says no more than that the watch stands; after that, the same means that something was missed.
        (_, now) => now.Kind == MachineEventKind.Missed || names.Contains(now.Name, StringComparer.Ordinal),
        changed,
        LogLost,
        time,
        cancellationToken);
}
