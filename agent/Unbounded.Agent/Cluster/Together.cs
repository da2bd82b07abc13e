namespace Unbounded.Agent.Cluster;

/// <summary>Parts of one thing, none of which goes on without the others.</summary>
internal static class Together
{
    /// <summary>Runs all of them until the first one ends; the others are then cancelled, and their end is waited for. Ends as the first one did.</summary>
    public static async Task RunAsync(IReadOnlyList<Func<CancellationToken, Task>> parts, CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var running = parts.Select(part => part(end.Token)).ToArray();
        try
        {
            await await Task.WhenAny(running);
        }
        finally
        {
            await end.CancelAsync();
            await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
