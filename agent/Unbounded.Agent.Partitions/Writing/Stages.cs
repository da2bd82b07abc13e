using System.Runtime.ExceptionServices;

namespace Unbounded.Agent.Partitions.Writing;

/// <summary>Runs stages that wait for each other, each on its own thread.</summary>
internal static class Stages
{
    /// <summary>Runs all of them to their end. The first that fails ends the others, and is what is thrown.</summary>
    /// <param name="stop">Ends their waiting.</param>
    /// <param name="stages">The stages.</param>
    public static async Task RunAsync(CancellationTokenSource stop, params Action[] stages)
    {
        ExceptionDispatchInfo? first = null;
        var running = stages.Select(stage => Task.Factory.StartNew(
            () =>
            {
                try
                {
                    stage();
                }
#pragma warning disable CA1031 // whatever ends one stage ends all, and is thrown below
                catch (Exception e)
#pragma warning restore CA1031
                {
                    Interlocked.CompareExchange(ref first, ExceptionDispatchInfo.Capture(e), null);
                    stop.Cancel();
                }
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)).ToArray();
        await Task.WhenAll(running);
        first?.Throw();
        stop.Token.ThrowIfCancellationRequested();
    }
}
