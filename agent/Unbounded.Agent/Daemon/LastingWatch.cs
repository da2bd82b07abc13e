using Unbounded.Agent.Core.Errors;

namespace Unbounded.Agent.Daemon;

/// <summary>Keeps watching what the bus signals, whatever becomes of the connection.</summary>
internal static class LastingWatch
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    /// <summary>Watches until it is cancelled. A watch that ends, with an error or without, is taken up again and counts as a change.</summary>
    /// <param name="watch">Begins to watch; what it says first is how things stand.</param>
    /// <param name="isChange">Whether what it says is a change, given what it said before.</param>
    /// <param name="changed">Called after each change.</param>
    /// <param name="lost">Called when a watch ends with an error.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task RunAsync<T>(
        Func<IAsyncEnumerable<T>> watch, Func<T, T, bool> isChange, Action changed, Action<AgentException> lost, TimeProvider time, CancellationToken cancellationToken)
        where T : class
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                T? before = null;
                await foreach (var now in watch())
                {
                    if (before is not null && isChange(before, now))
                        changed();
                    before = now;
                }
            }
            catch (AgentException e)
            {
                lost(e);
            }

            // What happens meanwhile is missed.
            await Task.Delay(Pause, time, cancellationToken);
            changed();
        }
    }
}
